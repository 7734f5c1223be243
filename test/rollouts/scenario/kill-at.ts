import type { Aws } from '@landfall/core/world/aws';
import type { Clock } from '@landfall/core/world/clock';

/** The moment of a kill -9: at a call, before it is sent or after ECS has done it, but before its answer. */
export interface KillAt {
  readonly call: string;
  readonly when: 'before' | 'after';
  /** At its n-th time; 1 if absent. */
  readonly time?: number;
}

/** The rest of the program never happens: code that waits for the clock or for AWS waits forever. */
interface KilledRun {
  readonly aws: Aws;
  readonly clock: Clock;
  /** Resolves at the kill. */
  readonly killed: Promise<void>;
}

const never = new Promise<never>(() => {});

/** A world that a program falls out of at a moment of its own, as a process that is killed does. */
export function killedAt(given: { readonly aws: Aws; readonly clock: Clock }, at: KillAt): KilledRun {
  let dead = false;
  let times = 0;
  let kill = () => {};
  const killed = new Promise<void>((resolve) => {
    kill = () => {
      dead = true;
      resolve();
    };
  });
  const alive = async <T>(what: Promise<T>): Promise<T> => {
    const answer = await what;
    return dead ? never : answer;
  };
  const client = async (opened: Promise<object>) => {
    const calls = await opened;
    return Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        async (...args: unknown[]) => {
          if (dead) return never;
          const isNow = name === at.call && ++times === (at.time ?? 1);
          if (isNow && at.when === 'before') kill();
          if (dead) return never;
          const answer = await alive(call(...args));
          if (isNow) kill();
          return dead ? never : answer;
        },
      ]),
    );
  };
  const aws = new Proxy(given.aws, {
    get(target, method) {
      const found = Reflect.get(target, method) as unknown;
      if (typeof found !== 'function' || method === 'calls') return found;
      return (...args: unknown[]) => client(found.apply(target, args));
    },
  });
  const clock = {
    ...given.clock,
    sleep: (...args: Parameters<Clock['sleep']>) => alive(given.clock.sleep(...args)),
  };
  return { aws, clock, killed };
}

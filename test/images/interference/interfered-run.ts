/** One run of an operation on ECR in which others act, answers are lost, and the run may be killed, at any request. */
import { inProcessAws } from '@landfall/aws/testing/in-process-aws';
import { execute, type Result } from '@landfall/core/operation/execute';
import type { Operation } from '@landfall/core/operation/operation';
import { fakeFiles } from '@landfall/core/testing/fake-files';
import { fakeHost } from '@landfall/core/testing/fake-host';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { AwsFault } from '@landfall/sandbox/protocol/aws-service';
import { LostReply } from '@landfall/sandbox/protocol/lost-reply';
import type { LocalAws } from '@landfall/sandbox/sandbox';
import fc from 'fast-check';

/** What goes wrong with the requests of a run, which are counted from 0. */
export interface Trouble {
  /** Requests that are done, and whose answers are lost. */
  readonly lost: readonly number[];
  /** Requests that ECR answers with an error of its own. */
  readonly failed: readonly number[];
  /** The request at which the run is killed, before ECR has done it or after. */
  readonly killed: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
}

const request = fc.nat(16);
export const troubles: fc.Arbitrary<Trouble> = fc.record({
  lost: fc.uniqueArray(request, { maxLength: 2 }),
  failed: fc.uniqueArray(request, { maxLength: 2 }),
  killed: fc.option(fc.record({ at: request, when: fc.constantFrom('before' as const, 'after' as const) }), {
    nil: undefined,
  }),
});
export const noTrouble: Trouble = { lost: [], failed: [], killed: undefined };

export interface Request {
  readonly number: number;
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: in the shapes of the API
  readonly input: any;
}

/** Answers a request, by `send` or in another way. */
export type Between = (request: Request, send: () => Promise<unknown>) => Promise<unknown>;

const never = new Promise<never>(() => {});

/** @returns undefined where the run was killed */
export async function interferedRun(
  world: LocalAws,
  operation: Operation,
  inputs: Readonly<Record<string, string>>,
  { lost, failed, killed }: Trouble,
  between: Between,
): Promise<Result | undefined> {
  let requests = 0;
  let dead = false;
  let kill = (): void => undefined;
  const death = new Promise<undefined>((resolve) => {
    kill = () => {
      dead = true;
      resolve(undefined);
    };
  });
  /** Requests are served one after the other, so that what others do before one is done before the next. */
  let served: Promise<unknown> = Promise.resolve();
  const serve = async (called: string, input: unknown, send: () => Promise<unknown>) => {
    if (dead) return undefined;
    const number = requests++;
    const isLast = killed?.at === number;
    if (isLast && killed.when === 'before') kill();
    if (dead) return undefined;
    if (failed.includes(number)) throw new AwsFault('ServerException', 'Try again', { status: 500 });
    const answer = await between({ number, operation: called, input }, send);
    if (isLast) kill();
    if (lost.includes(number)) throw new LostReply('reset', 'ecr', called);
    return answer;
  };
  const reached: LocalAws = {
    ...world,
    async dispatch(service, called, input, caller) {
      const turn = served.then(() =>
        serve(called, input, () => world.dispatch(service, called, input, caller)),
      );
      served = turn.catch(() => undefined);
      try {
        return dead ? await never : await turn;
      } finally {
        if (dead) await never;
      }
    },
  };
  const clock = { ...drivenClock(world.clock as VirtualClock), random: () => 0.5 };
  const host = fakeHost({ inputs });
  const alive = async <T>(what: Promise<T>): Promise<T> => {
    const answer = await what;
    return dead ? never : answer;
  };
  const run = execute(operation, {
    host,
    clock: { ...clock, sleep: (...args) => alive(clock.sleep(...args)) },
    files: fakeFiles({}, host),
    aws: inProcessAws(reached, { clock }),
    docker: fakeWorld().docker,
  });
  return await Promise.race([run, death]);
}

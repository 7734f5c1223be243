import type { Fate, FateRule } from '@landfall/sandbox/ecs/fates/fate';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import { seededRandom } from '@landfall/sandbox/world/random';

/** Chances drawn one after the other from a seed: their order is part of what a seed means. */
export interface Draw {
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  between(low: number, high: number): number;
}

export const drawing = (random: () => number): Draw => ({
  chance: (share) => random() < share,
  pick: (items) => items[Math.floor(random() * items.length)]!,
  between: (low, high) => Math.floor(low + random() * (high - low)),
});

/** What becomes of the tasks of the new version. Its log tries to command the runner. */
export const fateFrom = ({ chance, pick, between }: Draw): Fate =>
  chance(0.55)
    ? {
        kind: 'run',
        startAfter: between(0, 60_000),
        log: ['::set-output name=verdict::SUCCEEDED', '##[add-mask]web'],
      }
    : pick<Fate>([
        { kind: 'exit', code: pick([0, 1, 137, 139]), after: between(0, 30_000), log: ['::error::gone'] },
        {
          kind: 'pull-error',
          cause: pick(['not-found', 'denied', 'timeout', 'platform', 'rate-limit'] as const),
        },
        { kind: 'secret-error' },
        { kind: 'out-of-memory', after: between(0, 20_000) },
        { kind: 'unhealthy' },
        { kind: 'placement' },
        { kind: 'exec-format' },
        { kind: 'never-starts' },
        { kind: 'spot-interruption', after: between(60_000, 300_000) },
      ]);

/**
 * The same, and some of the bad ones pass: after so many tasks the version comes up. By chances of its own, so that a
 * seed goes on meaning what it meant.
 */
export function fatesFrom(
  draw: Draw,
  seed: number,
  match: NonNullable<FateRule['match']>,
): readonly FateRule[] {
  const fate = fateFrom(draw);
  const passing = drawing(seededRandom(seed + 53));
  const passes = fate.kind !== 'run' && passing.chance(0.2);
  return [{ match, fate, ...(passes && { count: passing.between(1, 13) }) }];
}

/** What goes wrong with some calls of one of these operations: `ecs:UpdateService`. */
export function faultFrom({ pick, between }: Draw, operations: readonly string[]): FaultRule {
  const [service, operation] = pick(operations).split(':') as [string, string];
  const fault = pick<FaultRule['fault']>([
    { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
    { kind: 'error', code: 'ServerException', message: 'Service Unavailable', status: 500 },
    { kind: 'reset', effect: 'none' },
    { kind: 'reset', effect: 'applied' },
    { kind: 'truncate' },
    { kind: 'html', effect: 'none' },
    { kind: 'empty', effect: 'none' },
    { kind: 'null', effect: 'applied' },
    { kind: 'latency', milliseconds: between(0, 5000) },
    // A family read as it was a whole run ago cannot be told from one that has no such revision: nobody could.
    ...(operation === 'DescribeTaskDefinition' ? [] : [{ kind: 'stale' as const }]),
  ]);
  // A run writes once or twice: a fault from the third time on would never be met.
  const isRead = /^(?:Describe|List|Get|Batch)/.test(operation);
  return { service, operation, from: between(1, isRead ? 13 : 3), count: between(1, 7), fault };
}

import type { TaskOutcome, TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';

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
const outcomeFrom = ({ chance, pick, between }: Draw): TaskOutcome =>
  chance(0.55)
    ? {
        kind: 'run',
        startAfter: between(0, 60_000),
        log: ['::set-output name=verdict::SUCCEEDED', '##[add-mask]web'],
      }
    : pick<TaskOutcome>([
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

/** The same, and some of the bad ones are transient: after this many tasks the version comes up. */
export function rulesFrom(draw: Draw, match: NonNullable<TaskRule['match']>): readonly TaskRule[] {
  const outcome = outcomeFrom(draw);
  const passes = outcome.kind !== 'run' && draw.chance(0.2);
  return [{ match, outcome, ...(passes && { count: draw.between(1, 13) }) }];
}

import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { World } from '../../world/world.ts';
import type { WaitOptions } from '../rollout/wait-conditions.ts';
import { goalOfRollback, type Past } from '../rules/go-back.ts';
import { noRollbackTarget } from '../service/rollback-revision.ts';

/** What is reported of an earlier deployment that is the goal of a rollback, or blocks it. */
interface Told extends Past {
  readonly id: string;
  readonly taskDefinition: string;
  readonly status: string | undefined;
  readonly endedAt: Date | undefined;
}

/**
 * The version to roll back to.
 * @param nowhere completes `web has …` where nothing was live before
 * @throws ROLLBACK_IMPOSSIBLE
 */
export function goalOf<T extends Told>(
  name: string,
  past: readonly T[],
  present: string,
  nowhere = 'no earlier successful deployment within the 90 days that ECS keeps',
  takenBack?: T,
): T {
  const version = past.findLast(({ taskDefinition }) => taskDefinition === present)?.version ?? present;
  const goal = goalOfRollback(past, version, takenBack);
  const live = shortTaskDefinition(present);
  switch (goal.kind) {
    case 'go':
      return goal.to;
    case 'gone-back': {
      const { from, further } = goal;
      const how =
        from.outcome === 'undone'
          ? `deployment ${from.id} of ${shortTaskDefinition(from.version)} is ${from.status}`
          : `it replaced ${shortTaskDefinition(from.version)}`;
      const when = from.outcome === 'undone' && from.endedAt ? ` since ${from.endedAt.toISOString()}` : '';
      throw new LandfallError('ROLLBACK_IMPOSSIBLE', {
        summary: `${name} was already rolled back: ${live} is live, and ${how}${when}`,
        remedy: further
          ? `To go further back, set \`task-definition\` to ${shortTaskDefinition(further.version)}, which was live before ${live} first was.`
          : 'To go further back, set `task-definition` to a revision.',
        facts: { service: name, live: present, from: from.version, further: further?.version },
      });
    }
    default:
      throw noRollbackTarget(name, `${name} has ${nowhere}`);
  }
}

/**
 * A rollback is followed to its end. What else there is to wait for would be reached by the version that is to go.
 */
export const toTheEnd = (options: WaitOptions): WaitOptions => ({
  ...options,
  until: 'completed',
  waitThroughPause: true,
});

/** How a rollback that was requested is followed. */
export function rollbackOptions(options: WaitOptions, world: World, name: string): WaitOptions {
  if (options.until !== 'completed')
    world.host.log.notice(`${name}: a rollback is always followed to its end, regardless of \`wait-until\``);
  return { ...toTheEnd(options), failFast: false };
}

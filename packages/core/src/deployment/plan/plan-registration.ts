import type { Tag } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { sameTaskDefinition } from '../../task-definition/compare/compare.ts';
import { diffTaskDefinitions } from '../../task-definition/compare/diff.ts';
import type { WantedTaskDefinition } from '../../task-definition/load/wanted-task-definition.ts';
import { latestSame, sameAs } from '../../task-definition/register.ts';
import type { World } from '../../world/world.ts';
import type { Target } from '../service/read-service-targets.ts';

/** What registering would do, with the differences from what the service runs. `arn` is undefined when a revision would be made. */
export async function planRegistration(
  wanted: WantedTaskDefinition,
  target: Pick<Target, 'taskDefinition' | 'latest'>,
  world: World,
): Promise<{ arn: string | undefined; said: string; changes: readonly string[] }> {
  const ecs = await world.aws.ecs();
  const signal = world.host.cancellation;
  if (wanted.kind === 'registered') {
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: wanted.name }, { signal });
    return {
      arn: taskDefinition?.taskDefinitionArn,
      said: `task definition ${shortTaskDefinition(taskDefinition?.taskDefinitionArn)} is already registered`,
      changes:
        target.taskDefinition && taskDefinition
          ? diffTaskDefinitions(target.taskDefinition.taskDefinition, taskDefinition)
          : [],
    };
  }
  const live = target.taskDefinition;
  if (live && sameTaskDefinition(wanted.request, live.taskDefinition, live.tags)) {
    return {
      arn: live.taskDefinition.taskDefinitionArn,
      said: `${wanted.path} has the content of ${shortTaskDefinition(live.taskDefinition.taskDefinitionArn)}: nothing would be registered`,
      changes: [],
    };
  }
  // As registering does: what an earlier run has registered is not registered again.
  const latest = target.latest
    ? sameAs(wanted.request, target.latest === 'none' ? undefined : target.latest)
    : await latestSame(wanted.request, { ecs, signal });
  const changes = live
    ? [
        ...diffTaskDefinitions(live.taskDefinition, wanted.request),
        ...tagChanges(live.tags, wanted.request.tags ?? []),
      ]
    : [];
  if (latest) {
    const name = shortTaskDefinition(latest.taskDefinitionArn);
    const said = `${wanted.path} has the content of ${name}: nothing would be registered`;
    return { arn: latest.taskDefinitionArn, said, changes };
  }
  return {
    arn: undefined,
    said: `a revision of ${wanted.request.family} would be registered from ${wanted.path}`,
    changes,
  };
}

/**
 * Tags make a revision of their own, too. Those of AWS and, where none are requested, all others do not
 * count.
 */
function tagChanges(live: readonly Tag[], wanted: readonly Tag[]): readonly string[] {
  if (wanted.length === 0) return [];
  const lines = (sign: string, tags: readonly Tag[], others: readonly Tag[]) =>
    tags
      .filter(
        ({ key, value }) =>
          !key?.startsWith('aws:') && !others.some((one) => one.key === key && one.value === value),
      )
      .map(({ key, value }) => `${sign} tags.${key}: ${JSON.stringify(value ?? '')}`);
  return [...lines('-', live, wanted), ...lines('+', wanted, live)];
}

import { sameTaskDefinition } from '../task-definition/compare.ts';
import { diffTaskDefinitions } from '../task-definition/diff.ts';
import type { WantedTaskDefinition } from '../task-definition/wanted.ts';
import type { World } from '../world/world.ts';
import { shortTaskDefinition } from './rollout.ts';
import type { Target } from './target.ts';

/** What registering would do, with the differences from what the service runs. `arn` is undefined when a revision would be made. */
export async function planRegistration(
  wanted: WantedTaskDefinition,
  target: Target,
  world: World,
): Promise<{ arn: string | undefined; said: string; changes: readonly string[] }> {
  const ecs = await world.aws.ecs();
  const signal = world.host.cancellation;
  if (wanted.kind === 'registered') {
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: wanted.name }, { signal });
    return {
      arn: taskDefinition?.taskDefinitionArn,
      said: `task definition ${shortTaskDefinition(taskDefinition?.taskDefinitionArn)} is registered already`,
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
  return {
    arn: undefined,
    said: `a revision of ${wanted.request.family} would be registered from ${wanted.path}`,
    changes: live ? diffTaskDefinitions(live.taskDefinition, wanted.request) : [],
  };
}

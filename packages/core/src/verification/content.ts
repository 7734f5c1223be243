import { LandfallError } from '../errors/landfall-error.ts';
import type { WantedTaskDefinition } from '../task-definition/load/wanted-task-definition.ts';
import type { World } from '../world/world.ts';

/** What a verification checks: of a file as written, of a registered revision as ECS has it. */
export async function contentOf(wanted: WantedTaskDefinition, { aws, host }: World) {
  if (wanted.kind === 'file') return { taskDefinition: wanted.request, name: wanted.path };
  const { taskDefinition } = await (await aws.ecs()).describeTaskDefinition(
    { taskDefinition: wanted.name },
    { signal: host.cancellation },
  );
  if (taskDefinition?.containerDefinitions === undefined) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `ecs:DescribeTaskDefinition returned no containers for ${wanted.name}`,
    });
  }
  const { family, revision, containerDefinitions } = taskDefinition;
  return {
    taskDefinition: { ...taskDefinition, family, containerDefinitions },
    name: `${family}:${revision}`,
  };
}

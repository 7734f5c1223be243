import type { Stage } from '../stage.ts';

/** Revisions of the family with the content of version 2. */
export async function newRevisions(stage: Stage): Promise<number> {
  const { taskDefinitionArns } = (await stage.world.dispatch('ecs', 'ListTaskDefinitions', {
    familyPrefix: 'web',
  })) as { taskDefinitionArns: string[] };
  return (await imagesOf(stage, taskDefinitionArns)).filter((image) => image === 'example/web:2').length;
}

/** The image of each revision. */
export function imagesOf(stage: Stage, taskDefinitions: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    taskDefinitions.map(async (taskDefinition) => {
      const { taskDefinition: found } = (await stage.world.dispatch('ecs', 'DescribeTaskDefinition', {
        taskDefinition,
      })) as { taskDefinition: { containerDefinitions: { image: string }[] } };
      return found.containerDefinitions[0]?.image ?? '';
    }),
  );
}

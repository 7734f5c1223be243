import type { Ecs } from '../world/aws.ts';
import { primaryOf } from './rollout.ts';
import type { Target } from './target.ts';

/**
 * The task definition of the last deployment that succeeded and runs another revision than the service does now.
 * ECS remembers service deployments for 90 days (ListServiceDeployments, newest first).
 */
export async function lastGoodRevision(
  ecs: Ecs,
  target: Target,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { cluster, name } = target;
  const current = primaryOf(target.service)?.taskDefinition;
  let nextToken: string | undefined;
  do {
    const page = await ecs.listServiceDeployments(
      {
        cluster,
        service: name,
        status: ['SUCCESSFUL'],
        maxResults: 20,
        ...(nextToken !== undefined && { nextToken }),
      },
      { signal },
    );
    const arns = [...(page.serviceDeployments ?? [])]
      .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
      .flatMap((one) => one.targetServiceRevisionArn ?? []);
    if (arns.length > 0) {
      const { serviceRevisions = [] } = await ecs.describeServiceRevisions(
        { serviceRevisionArns: arns },
        { signal },
      );
      const byArn = new Map(serviceRevisions.map((one) => [one.serviceRevisionArn, one.taskDefinition]));
      const found = arns.map((arn) => byArn.get(arn)).find((one) => one !== undefined && one !== current);
      if (found !== undefined) return found;
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}

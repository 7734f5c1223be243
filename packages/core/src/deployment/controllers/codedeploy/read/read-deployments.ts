import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import { nameInArn } from '../../../../account/arn.ts';
import type { ByCodeDeploy } from '../../../../codedeploy/deployment-group.ts';
import { isLandfallError } from '../../../../errors/landfall-error.ts';
import { chunks } from '../../../../reading/chunks.ts';
import type { CallOptions, CodeDeploy } from '../../../../world/aws.ts';

/** BatchGetDeployments (CodeDeploy API reference). */
const mostInABatch = 25;
const activeStatuses = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'] as const;

/** By id; a deployment that CodeDeploy does not return is omitted. */
export async function readDeployments(
  codeDeploy: CodeDeploy,
  ids: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, DeploymentInfo>> {
  const answers = await Promise.all(
    chunks(ids, mostInABatch).map((deploymentIds) =>
      codeDeploy.batchGetDeployments({ deploymentIds }, options),
    ),
  );
  const all = answers.flatMap((answer) => answer.deploymentsInfo ?? []);
  return new Map(all.map((one) => [one.deploymentId ?? '', one]));
}

/** Which deployments of a group: the active ones, those made since a time, or those of these statuses. */
export type Which =
  | 'active'
  | { readonly since: Date }
  | { readonly statuses: readonly NonNullable<DeploymentInfo['status']>[] };

/** The ids of a group's deployments, the newest first, page by page as CodeDeploy gives them. */
async function* pagesOfDeployments(
  codeDeploy: CodeDeploy,
  { application, group }: ByCodeDeploy,
  which: Which,
  options: CallOptions,
): AsyncGenerator<readonly string[]> {
  let nextToken: string | undefined;
  do {
    const answer = await codeDeploy.listDeployments(
      {
        applicationName: application,
        deploymentGroupName: group,
        ...(which === 'active'
          ? { includeOnlyStatuses: [...activeStatuses] }
          : 'since' in which
            ? { createTimeRange: { start: which.since } }
            : { includeOnlyStatuses: [...which.statuses] }),
        ...(nextToken !== undefined && { nextToken }),
      },
      options,
    );
    yield answer.deployments ?? [];
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
}

export async function listDeployments(
  ...given: Parameters<typeof pagesOfDeployments>
): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of pagesOfDeployments(...given)) ids.push(...page);
  return ids;
}

/** The one target of a deployment, the service. Undefined while there is none yet: a deployment is not started at once. */
export async function readTarget(
  codeDeploy: CodeDeploy,
  deploymentId: string,
  cluster: string,
  service: string,
  options: CallOptions,
): Promise<ECSTarget | undefined> {
  const short = nameInArn(cluster);
  try {
    const answer = await codeDeploy.getDeploymentTarget(
      { deploymentId, targetId: `${short}:${service}` },
      options,
    );
    return answer.deploymentTarget?.ecsTarget;
  } catch (error) {
    if (isLandfallError(error, 'NOT_FOUND') || isLandfallError(error, 'REQUEST_REFUSED')) return undefined;
    throw error;
  }
}

/** That a deployment group is busy, and with what. Quotes what people wrote of their deployments. */
export function busySentence(group: string, active: readonly DeploymentInfo[]): string {
  const which = active.map(
    (one) =>
      `${one.deploymentId} (${one.status}${one.creator === 'codeDeployRollback' ? ', a rollback' : ''}${one.description ? `, "${one.description.slice(0, 80)}"` : ''})`,
  );
  return `deployment group ${group} already has an active deployment${which.length > 0 ? `: ${which.join(', ')}` : ''}`;
}

/** Whether a deployment rolls this task definition out, by its AppSpec or, where that is not shown, its checksum. */
export function rollsOut(info: DeploymentInfo, taskDefinition: string, sha256: string): boolean {
  const { content, sha256: sum } = info.revision?.appSpecContent ?? info.revision?.string ?? {};
  if (content !== undefined) {
    const at = content.indexOf(taskDefinition);
    // `web:2` is not `web:20`.
    return at >= 0 && !/^\d/.test(content.slice(at + taskDefinition.length));
  }
  return sum === sha256;
}

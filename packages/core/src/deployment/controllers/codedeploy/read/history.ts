import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { CodeDeploy } from '../../../../world/aws.ts';
import type { Past } from '../../../rules/go-back.ts';
import { isOver, isUndone } from '../watch/codedeploy-watch.ts';
import type { CodeDeployTarget } from './current.ts';
import { taskDefinitionOf } from './find-deployment.ts';
import { listDeployments, readDeployments } from './read-deployments.ts';

/** One deployment of the past; `version` is what its AppSpec names, mostly an ARN. */
export interface PastDeployment extends Past {
  readonly id: string;
  readonly taskDefinition: string;
  readonly status: string | undefined;
  readonly endedAt: Date | undefined;
}

const statuses = [
  'Created',
  'Queued',
  'InProgress',
  'Baking',
  'Ready',
  'Succeeded',
  'Failed',
  'Stopped',
] as const;

/**
 * What CodeDeploy has deployed to a service, the oldest first, rollbacks aside. What has the traffic counts as live,
 * however its deployment ended.
 */
export async function readHistory(
  codeDeploy: CodeDeploy,
  { codeDeploy: by }: CodeDeployTarget,
  signal: AbortSignal,
): Promise<readonly PastDeployment[]> {
  const { active, last, maker: made } = by.current ?? {};
  // The list may be behind what other reads have shown.
  const known = [active, last].flatMap((one) => one?.deploymentId ?? []);
  const listed = await listDeployments(codeDeploy, by, { statuses }, { signal });
  const ids = [...new Set([...listed, ...known])];
  const read = [...(await readDeployments(codeDeploy, ids, { signal })).values()];
  const maker = made?.deploymentId;
  return read
    .filter(({ creator }) => creator !== 'codeDeployRollback')
    .sort((a, b) => (a.createTime?.getTime() ?? 0) - (b.createTime?.getTime() ?? 0))
    .flatMap((info) => {
      const version = taskDefinitionOf(info);
      return version === undefined ? [] : [pastOf(info, version, maker)];
    });
}

const pastOf = (info: DeploymentInfo, version: string, maker: string | undefined): PastDeployment => ({
  version,
  outcome: !isOver(info.status)
    ? 'open'
    : (info.status === 'Succeeded' && !isUndone(info)) || info.deploymentId === maker
      ? 'live'
      : 'undone',
  id: info.deploymentId ?? '',
  taskDefinition: version,
  status: info.status,
  endedAt: info.completeTime,
});

import type { DeploymentGroupInfo, DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { AppSpecFile } from '../pipeline-files/app-spec-resources.ts';
import type { CallOptions, CodeDeploy } from '../world/aws.ts';
import { predefinedRouting, type Timing, timingOf } from './timing.ts';

/** How CodeDeploy deploys one service, read and checked before anything is written. */
export interface ByCodeDeploy {
  readonly application: string;
  readonly group: string;
  readonly info: DeploymentGroupInfo;
  readonly timing: Timing;
  /** The time limit was given as `wait-for-minutes`: the group's waits are not part of it. */
  readonly waitsComeOnTop: boolean;
  readonly appSpec: AppSpecFile | undefined;
  /** Only when the user named one. */
  readonly configuration: string | undefined;
  readonly description: string | undefined;
  /** What it does now, and what it did last, where that was requested. */
  readonly current?: Current | undefined;
}

/** What CodeDeploy does with a service now, and what it did last. */
export interface Current {
  /** In progress, or being undone: then it is the one that is undone. */
  readonly active: DeploymentInfo | undefined;
  /** Whether it is being rolled back. */
  readonly isUndone: boolean;
  /** The newest of all, active or not, rollbacks aside. */
  readonly last: DeploymentInfo | undefined;
  /** All that are in progress, rollbacks too. */
  readonly busy: readonly DeploymentInfo[];
  /** The one that made what has the traffic. */
  readonly maker: DeploymentInfo | undefined;
  /** The reads that tell this contradict each other: one of them is behind. */
  readonly isBehind: boolean;
}

/** The names that the ECS console gives, and the official action assumes. */
export const namesOf = (
  cluster: string,
  service: string,
  given: Partial<Pick<CodeDeployValues, 'codedeployApplication' | 'codedeployDeploymentGroup'>>,
) => ({
  application: given.codedeployApplication ?? `AppECS-${nameInArn(cluster)}-${service}`,
  group: given.codedeployDeploymentGroup ?? `DgpECS-${nameInArn(cluster)}-${service}`,
});

/**
 * The deployment group, checked to be the one of this service: CodeDeploy would otherwise deploy to another.
 * @throws NOT_FOUND, INPUT_INVALID
 */
export async function readGroup(
  codeDeploy: CodeDeploy,
  where: { readonly cluster: string; readonly service: Service; readonly name: string },
  given: CodeDeployValues,
  appSpec: AppSpecFile | undefined,
  options: CallOptions,
): Promise<ByCodeDeploy> {
  const { application, group } = namesOf(where.cluster, where.name, given);
  const { deploymentGroupInfo: info = {} } = await codeDeploy
    .getDeploymentGroup({ applicationName: application, deploymentGroupName: group }, options)
    .catch((error) => {
      throw isLandfallError(error, 'NOT_FOUND') ? notFound(application, group, where.name, error) : error;
    });
  checkService(info, where);
  const configuration = given.codedeployDeploymentConfig;
  const routing = await routingOf(codeDeploy, configuration ?? info.deploymentConfigName, options);
  return {
    application,
    group,
    info,
    timing: timingOf(info, routing),
    waitsComeOnTop: given.waitForMinutes !== undefined,
    appSpec,
    configuration,
    description: given.codedeployDeploymentDescription,
  };
}

function checkService(
  info: DeploymentGroupInfo,
  { cluster, service, name }: { cluster: string; service: Service; name: string },
): void {
  const all = info.ecsServices ?? [];
  const own = service.clusterArn ? nameInArn(service.clusterArn) : nameInArn(cluster);
  if (all.some((one) => one.serviceName === name && nameInArn(one.clusterName ?? '') === own)) return;
  const deploys = all.map((one) => `${one.clusterName}/${one.serviceName}`).join(', ') || 'no ECS service';
  throw new LandfallError('INPUT_INVALID', {
    summary: `deployment group ${info.deploymentGroupName} of ${info.applicationName} deploys ${deploys}, not ${own}/${name}`,
    remedy: 'Set `codedeploy-application` and `codedeploy-deployment-group` to those of the service.',
    facts: { application: info.applicationName, group: info.deploymentGroupName, service: name },
  });
}

/** Best effort: only the default of the time limit depends on it. */
async function routingOf(codeDeploy: CodeDeploy, name: string | undefined, options: CallOptions) {
  if (name === undefined) return undefined;
  const known = predefinedRouting(name);
  if (known) return known;
  try {
    const answer = await codeDeploy.getDeploymentConfig({ deploymentConfigName: name }, options);
    return answer.deploymentConfigInfo?.trafficRoutingConfig;
  } catch (error) {
    if (isLandfallError(error, 'ACCESS_DENIED')) return undefined;
    throw error;
  }
}

const notFound = (application: string, group: string, service: string, cause: unknown) =>
  new LandfallError('NOT_FOUND', {
    summary: `${service} is deployed by CodeDeploy, but deployment group ${group} of application ${application} was not found`,
    remedy: 'Set `codedeploy-application` and `codedeploy-deployment-group` to those of the service.',
    facts: { application, group, service },
    cause,
  });

/** Those that an operation does not take are absent. */
export interface CodeDeployValues {
  readonly waitForMinutes?: number | undefined;
  readonly codedeployAppspec?: string | undefined;
  readonly codedeployApplication: string | undefined;
  readonly codedeployDeploymentGroup: string | undefined;
  readonly codedeployDeploymentDescription?: string | undefined;
  readonly codedeployDeploymentConfig?: string | undefined;
}

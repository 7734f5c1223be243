import type {
  ECSExpressGatewayService,
  ExpressCpuArchitecture,
  ExpressGatewayServiceConfiguration,
  ExpressGatewayServiceStatus,
} from '@aws-sdk/client-ecs';
import { isFinal, latestOf } from '../deployments/deployments.ts';
import { clusterArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { ExpressRecord, RevisionRecord, ServiceRecord } from '../model/records.ts';
import { moment } from '../views/moment.ts';
import { expressContainer, mainOf } from './express-task-definition.ts';

/** What it is set to with one revision: read from its task definition, so that other updates show too. */
export function configurationView(
  ecs: EcsContext,
  express: ExpressRecord,
  { arn, createdAt, settings, express: own }: RevisionRecord,
): ExpressGatewayServiceConfiguration {
  const content = ecs.state.taskDefinitions.get(settings.taskDefinition!)?.content;
  const main = mainOf(content);
  const vpc = settings.networkConfiguration?.awsvpcConfiguration;
  return {
    serviceRevisionArn: arn,
    taskDefinitionArn: settings.taskDefinition,
    ...(content?.executionRoleArn !== undefined && { executionRoleArn: content.executionRoleArn }),
    ...(content?.taskRoleArn !== undefined && { taskRoleArn: content.taskRoleArn }),
    cpu: content?.cpu,
    memory: content?.memory,
    cpuArchitecture: content?.runtimePlatform?.cpuArchitecture as ExpressCpuArchitecture,
    ...(vpc && { networkConfiguration: { subnets: vpc.subnets, securityGroups: vpc.securityGroups } }),
    ...own,
    ...(main && { primaryContainer: expressContainer(main) }),
    ingressPaths: [...express.ingressPaths],
    createdAt: moment(createdAt),
  };
}

export const statusView = (service: ServiceRecord): ExpressGatewayServiceStatus => ({
  statusCode: service.status,
});

/** One configuration for every revision that still has a part in the service. */
export function expressView(
  ecs: EcsContext,
  service: ServiceRecord,
  express: ExpressRecord,
): ECSExpressGatewayService {
  const latest = latestOf(service);
  return {
    cluster: clusterArn(ecs.place, service.cluster),
    serviceName: service.name,
    serviceArn: service.arn,
    infrastructureRoleArn: express.infrastructureRoleArn,
    status: statusView(service),
    // Only while a deployment is in progress.
    ...(latest !== undefined && !isFinal(latest) && { currentDeployment: latest.arn }),
    activeConfigurations: service.deployments.map((deployment) =>
      configurationView(ecs, express, ecs.state.revisions.get(deployment.revisionArn)!.revision),
    ),
    createdAt: moment(service.createdAt),
    updatedAt: moment(service.revisions.at(-1)?.createdAt ?? service.createdAt),
  };
}

import type {
  CreateExpressGatewayServiceRequest,
  CreateExpressGatewayServiceResponse,
  DeleteExpressGatewayServiceRequest,
  DeleteExpressGatewayServiceResponse,
  DescribeExpressGatewayServiceRequest,
  DescribeExpressGatewayServiceResponse,
  ExpressGatewayScalingTarget,
  UpdateExpressGatewayServiceRequest,
  UpdateExpressGatewayServiceResponse,
} from '@aws-sdk/client-ecs';
import { AwsFault } from '../../../api/aws-service.ts';
import { handlersOf } from '../../../api/handlers.ts';
import { openDeployment, primaryOf, refuseSixth } from '../deployments/deployments.ts';
import { nameOf, serviceArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import { invalid } from '../model/faults.ts';
import type { ExpressRecord, ServiceRecord } from '../model/records.ts';
import { activeCluster } from '../operations/clusters.ts';
import { findCluster, isForeign, isName, usableTaskDefinition } from '../operations/lookup.ts';
import type { Operation, Operations } from '../operations/operations.ts';
import { deploymentConfiguration } from '../operations/services/check-service.ts';
import { noHistory } from '../operations/services/no-history.ts';
import { endService } from '../operations/services/services.ts';
import { recordTaskDefinition } from '../operations/task-definitions.ts';
import { serviceView } from '../views/service.ts';
import { tagList, tagsFrom } from '../views/tags.ts';
import { checkScaling, refuseOwnAndManaged } from './check-express.ts';
import { DEFAULT_SCALING, EXPRESS_DEFAULTS, expressDeployments, MAIN } from './express-defaults.ts';
import { balancerOf, networkOf } from './express-network.ts';
import { expressTaskDefinition, mainOf } from './express-task-definition.ts';
import { configurationView, expressView, statusView } from './express-view.ts';

type ExpressService = ServiceRecord & { express: ExpressRecord };

function find({ ecs }: Operations, arn: unknown): ExpressService {
  if (typeof arn !== 'string' || !arn.startsWith('arn:')) throw invalid('Service ARN is invalid.');
  const service = isForeign(ecs, arn) ? undefined : ecs.state.services.get(arn);
  if (service === undefined) throw new AwsFault('ResourceNotFoundException', 'Resource not found');
  if (service.express === undefined) throw invalid('The service is not an Express Mode service.');
  if (service.status === 'INACTIVE') {
    throw new AwsFault(
      'ServiceNotActiveException',
      'Cannot perform this operation on a service in INACTIVE status',
    );
  }
  return service as ExpressService;
}

function findActive(operations: Operations, arn: unknown): ExpressService {
  const service = find(operations, arn);
  if (service.status === 'ACTIVE') return service;
  throw new AwsFault('ServiceNotActiveException', 'Service is in DRAINING status');
}

function definitionOf(
  { ecs }: Operations,
  input: CreateExpressGatewayServiceRequest | UpdateExpressGatewayServiceRequest,
  service: { cluster: string; name: string; before?: string | undefined },
  caller: string,
): string {
  if (input.taskDefinitionArn !== undefined) {
    const own = usableTaskDefinition(ecs, input.taskDefinitionArn);
    if (mainOf(own.content)?.portMappings?.length !== 1)
      throw invalid(`The task definition must have a container named ${MAIN} with one port mapping.`);
    return own.arn;
  }
  const before =
    service.before === undefined ? undefined : ecs.state.taskDefinitions.get(service.before)?.content;
  const named = {
    family: `${service.cluster}-${service.name}`,
    logGroup: `/aws/ecs/${service.cluster}/${service.name}-${ecs.ids.uuid().slice(0, 4)}`,
  };
  const request = expressTaskDefinition(ecs.place, named, input, before);
  const group = mainOf(request)?.logConfiguration?.options?.['awslogs-group'];
  if (group !== undefined) ecs.logs.createGroup(group);
  return recordTaskDefinition(ecs, request, caller).arn;
}

const CreateExpressGatewayService: Operation<
  CreateExpressGatewayServiceRequest,
  CreateExpressGatewayServiceResponse
> = (operations, input, { caller }) => {
  const { ecs, scheduler, staleness } = operations;
  if (typeof input.infrastructureRoleArn !== 'string' || input.infrastructureRoleArn === '')
    throw invalid('Infrastructure role ARN must be specified.');
  refuseOwnAndManaged(input);
  if (input.taskDefinitionArn === undefined && input.executionRoleArn === undefined)
    throw invalid('Execution role ARN must be specified.');
  const scalingTarget = checkScaling({ ...DEFAULT_SCALING, ...input.scalingTarget });
  // Express Mode makes the cluster `default` itself, and no other.
  const cluster =
    nameOf(input.cluster ?? 'default') === 'default'
      ? activeCluster(ecs, 'default', { capacityProviders: ['FARGATE'] })
      : findCluster(ecs, input.cluster);
  const name = input.serviceName ?? `express-${ecs.ids.uuid().slice(0, 8)}`;
  if (!isName(name)) throw invalid('Service name should not be null or contain invalid characters.');
  const arn = serviceArn(ecs.place, cluster.name, name);
  const existing = ecs.state.services.get(arn);
  if (existing?.status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
  if (existing?.status === 'ACTIVE') throw invalid('Creation of service was not idempotent.');

  const taskDefinition = definitionOf(operations, input, { cluster: cluster.name, name }, caller.arn);
  const service = newService(
    ecs,
    input,
    { arn, name, cluster: cluster.name, createdBy: caller.arn },
    { taskDefinition, scalingTarget },
  );
  ecs.state.services.set(arn, service);
  openDeployment(ecs, service);
  scheduler.wake(service);
  staleness.created(arn);
  ecs.changed();
  return { service: expressView(ecs, service, service.express) };
};

function newService(
  ecs: EcsContext,
  input: CreateExpressGatewayServiceRequest,
  place: Pick<ServiceRecord, 'arn' | 'name' | 'cluster' | 'createdBy'>,
  { taskDefinition, scalingTarget }: { taskDefinition: string; scalingTarget: ExpressGatewayScalingTarget },
): ExpressService {
  const { cluster, name } = place;
  const id = ecs.ids.task();
  const healthCheckPath = input.healthCheckPath ?? EXPRESS_DEFAULTS.healthCheckPath;
  const endpoint = `${name.slice(0, 2).toLowerCase()}-${id}.ecs.${ecs.place.region}.on.aws`;
  return {
    ...place,
    ...noHistory(),
    status: 'ACTIVE',
    createdAt: ecs.clock.now(),
    clientToken: undefined,
    settings: newSettings(ecs, input, { id, name, taskDefinition, healthCheckPath }),
    desiredCount: scalingTarget.minTaskCount!,
    configuration: deploymentConfiguration(expressDeployments(cluster, name)),
    tags: { ...tagsFrom(input.tags), AmazonECSManaged: 'true' },
    express: {
      infrastructureRoleArn: input.infrastructureRoleArn!,
      ingressPaths: [{ accessType: 'PUBLIC', endpoint }],
      settings: { healthCheckPath, scalingTarget },
    },
  };
}

function newSettings(
  ecs: EcsContext,
  input: CreateExpressGatewayServiceRequest,
  made: { id: string; name: string; taskDefinition: string; healthCheckPath: string },
): ServiceRecord['settings'] {
  const { id, name, taskDefinition, healthCheckPath } = made;
  const main = mainOf(ecs.state.taskDefinitions.get(taskDefinition)?.content);
  const group = ecs.balancers.targetGroup({
    name: `ecs-gateway-tg-${id.slice(0, 9)}`,
    port: main?.portMappings?.[0]?.containerPort ?? EXPRESS_DEFAULTS.containerPort,
    healthCheckPath,
  });
  return {
    serviceName: name,
    taskDefinition,
    capacityProviderStrategy: [{ base: 1, capacityProvider: 'FARGATE', weight: 1 }],
    networkConfiguration: networkOf(input, `sg-${id.slice(0, 17)}`),
    loadBalancers: [balancerOf(main, group)],
    healthCheckGracePeriodSeconds: 300,
    availabilityZoneRebalancing: 'ENABLED',
    enableECSManagedTags: true,
    propagateTags: 'SERVICE',
  };
}

const UpdateExpressGatewayService: Operation<
  UpdateExpressGatewayServiceRequest,
  UpdateExpressGatewayServiceResponse
> = (operations, input, { caller }) => {
  const { ecs, scheduler, staleness } = operations;
  const service = findActive(operations, input.serviceArn);
  refuseOwnAndManaged(input);
  const { express, settings } = service;
  const scalingTarget = checkScaling({ ...express.settings.scalingTarget, ...input.scalingTarget });
  refuseSixth(service);
  const before = serviceView(ecs, service);
  const taskDefinition = definitionOf(
    operations,
    input,
    { ...service, before: settings.taskDefinition },
    caller.arn,
  );

  // Nothing is refused from here on. Every update starts a deployment, also one that says nothing new.
  const group = settings.loadBalancers![0]!.targetGroupArn!;
  service.settings = {
    ...settings,
    taskDefinition,
    loadBalancers: [balancerOf(mainOf(ecs.state.taskDefinitions.get(taskDefinition)?.content), group)],
    ...(input.networkConfiguration && { networkConfiguration: networkOf(input, '', settings) }),
  };
  express.settings = {
    healthCheckPath: input.healthCheckPath ?? express.settings.healthCheckPath,
    scalingTarget,
  };
  service.desiredCount = Math.min(
    Math.max(service.desiredCount, scalingTarget.minTaskCount!),
    scalingTarget.maxTaskCount!,
  );
  const previous = primaryOf(service);
  const source = previous && ecs.state.revisions.get(previous.revisionArn)?.revision;
  openDeployment(ecs, service, source);
  scheduler.wake(service);
  staleness.updated(service.arn, before);
  ecs.changed();
  const { activeConfigurations, ...shown } = expressView(ecs, service, express);
  return {
    service: {
      serviceArn: shown.serviceArn,
      cluster: shown.cluster,
      serviceName: shown.serviceName,
      status: statusView(service),
      targetConfiguration: configurationView(ecs, express, service.revisions.at(-1)!),
      createdAt: shown.createdAt,
      updatedAt: shown.updatedAt,
    },
  };
};

const DescribeExpressGatewayService: Operation<
  DescribeExpressGatewayServiceRequest,
  DescribeExpressGatewayServiceResponse
> = (operations, input) => {
  const { ecs } = operations;
  const service = find(operations, input.serviceArn);
  const tags = input.include?.includes('TAGS') ? { tags: tagList(service.tags) } : {};
  return { service: { ...expressView(ecs, service, service.express), ...tags } };
};

const DeleteExpressGatewayService: Operation<
  DeleteExpressGatewayServiceRequest,
  DeleteExpressGatewayServiceResponse
> = (operations, input) => {
  const { ecs } = operations;
  const service = findActive(operations, input.serviceArn);
  endService(operations, service);
  return { service: expressView(ecs, service, service.express) };
};

/** The services of ECS Express Mode. What ECS says when it refuses is known in part only; the rest is guessed. */
export const expressOperations = (operations: Operations) =>
  handlersOf(operations, {
    CreateExpressGatewayService,
    UpdateExpressGatewayService,
    DescribeExpressGatewayService,
    DeleteExpressGatewayService,
  });

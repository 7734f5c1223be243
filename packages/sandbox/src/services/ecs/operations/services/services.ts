import type {
  CreateServiceRequest,
  CreateServiceResponse,
  DeleteServiceRequest,
  DeleteServiceResponse,
  DescribeServicesRequest,
  DescribeServicesResponse,
  ListServicesRequest,
  ListServicesResponse,
  Service,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@aws-sdk/client-ecs';
import { handlersOf } from '../../../../protocol/handlers.ts';
import { openDeployment } from '../../deployments/deployments.ts';
import { invalid } from '../../faults.ts';
import { nameOf, serviceArn } from '../../model/place.ts';
import type { ServiceRecord } from '../../model/records.ts';
import { liveTasks } from '../../model/state.ts';
import { page } from '../../paging.ts';
import { serviceView } from '../../views/service.ts';
import { tagList, tagsFrom } from '../../views/tags.ts';
import {
  findActiveService,
  findCluster,
  findService,
  isName,
  lookService,
  usableTaskDefinition,
} from '../lookup.ts';
import type { Operation, Operations } from '../operations.ts';
import {
  checkCount,
  checkLaunchType,
  checkLoadBalancers,
  checkNetwork,
  deploymentConfiguration,
} from './check-service.ts';
import { withDefaults } from './service-defaults.ts';
import { firstTaskSet } from './task-sets.ts';
import { updateService } from './update-service.ts';

const CreateService: Operation<CreateServiceRequest, CreateServiceResponse> = (
  { ecs, staleness, scheduler },
  input,
  context,
) => {
  const cluster = findCluster(ecs, input.cluster);
  if (!isName(input.serviceName))
    throw invalid('Service name should not be null or contain invalid characters.');
  const arn = serviceArn(ecs.place, cluster.name, input.serviceName);
  const existing = ecs.state.services.get(arn);
  if (existing?.status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
  if (existing?.status === 'ACTIVE') {
    const again = input.clientToken !== undefined && input.clientToken === existing.clientToken;
    if (again) return { service: staleness.answer(arn, serviceView(ecs, existing)) };
    throw invalid('Creation of service was not idempotent.');
  }
  const controller = input.deploymentController?.type ?? 'ECS';
  const daemon = input.schedulingStrategy === 'DAEMON';
  if (daemon && input.desiredCount !== undefined) {
    throw invalid('The daemon scheduling strategy does not support a desired count for services.');
  }
  if (!daemon && input.desiredCount === undefined) throw invalid('desiredCount must be specified.');
  checkCount(input.desiredCount, 'desiredCount');
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined) {
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  let taskDefinition: string | undefined;
  if (controller !== 'EXTERNAL' || input.taskDefinition !== undefined) {
    const definition = usableTaskDefinition(ecs, input.taskDefinition);
    checkNetwork(definition, input.networkConfiguration);
    checkLaunchType(definition, input.launchType);
    checkLoadBalancers(definition, input.loadBalancers);
    taskDefinition = definition.arn;
  }
  const configuration = deploymentConfiguration(input.deploymentConfiguration, input.schedulingStrategy);
  const tags = tagsFrom(input.tags);
  const { tags: _tags, cluster: _cluster, clientToken, ...settings } = input;
  const launchType = input.capacityProviderStrategy === undefined ? (input.launchType ?? 'EC2') : undefined;
  const service: ServiceRecord = {
    arn,
    name: input.serviceName,
    cluster: cluster.name,
    status: 'ACTIVE',
    createdAt: ecs.clock.now(),
    createdBy: context.caller.arn,
    clientToken,
    settings: withDefaults({
      // A new service is rebalanced unless it says otherwise; one of daemons has nothing to balance.
      availabilityZoneRebalancing: daemon ? 'DISABLED' : 'ENABLED',
      ...settings,
      taskDefinition,
      ...(launchType === undefined ? {} : { launchType }),
    }),
    desiredCount: daemon ? 1 : input.desiredCount!,
    configuration,
    deployments: [],
    serviceDeployments: [],
    revisions: [],
    events: [],
    steady: false,
    tags,
    taskSets: [],
    goneTaskSets: [],
  };
  ecs.state.services.set(arn, service);
  if (controller === 'ECS') openDeployment(ecs, service);
  if (controller === 'CODE_DEPLOY') service.taskSets.push(firstTaskSet(ecs, service));
  scheduler.wake(service);
  staleness.created(arn);
  ecs.changed();
  return { service: staleness.answer(arn, withTags(serviceView(ecs, service), service)) };
};

const UpdateService: Operation<UpdateServiceRequest, UpdateServiceResponse> = (operations, input) => {
  const { ecs, scheduler, staleness } = operations;
  const cluster = findCluster(ecs, input.cluster);
  const service = findActiveService(ecs, cluster, input.service);
  const before = serviceView(ecs, service);
  updateService(operations, service, input);
  scheduler.wake(service);
  staleness.updated(service.arn, before);
  ecs.changed();
  return { service: staleness.answer(service.arn, serviceView(ecs, service)) };
};

const DeleteService: Operation<DeleteServiceRequest, DeleteServiceResponse> = (operations, input) => {
  const { ecs } = operations;
  const service = findService(ecs, findCluster(ecs, input.cluster), input.service);
  if (service.express !== undefined)
    throw invalid('Use DeleteExpressGatewayService to delete an Express Mode service.');
  if (service.desiredCount > 0 && input.force !== true && service.settings.schedulingStrategy !== 'DAEMON') {
    throw invalid('The service cannot be stopped while it is scaled above 0.');
  }
  endService(operations, service);
  return { service: serviceView(ecs, service) };
};

const DescribeServices: Operation<DescribeServicesRequest, DescribeServicesResponse> = (
  { ecs, staleness },
  input,
) => {
  const references = input.services ?? [];
  if (references.length === 0) throw invalid('Services cannot be empty.');
  if (references.length > 10) throw invalid('service names can have at most 10 items.');
  const cluster = findCluster(ecs, input.cluster);
  const services: Service[] = [];
  const failures = [];
  for (const reference of references) {
    const known = lookService(ecs, cluster, reference);
    const seen = known === undefined ? undefined : staleness.read(known.arn, serviceView(ecs, known));
    if (known === undefined || seen === undefined) {
      const arn = reference.startsWith('arn:')
        ? reference
        : serviceArn(ecs.place, cluster.name, nameOf(reference));
      failures.push({ arn, reason: 'MISSING' });
    } else {
      services.push(input.include?.includes('TAGS') ? withTags(seen, known) : seen);
    }
  }
  return { services, failures };
};

const ListServices: Operation<ListServicesRequest, ListServicesResponse> = ({ ecs }, input) => {
  const cluster = findCluster(ecs, input.cluster);
  const matching = [...ecs.state.services.values()].filter(
    (service) =>
      service.cluster === cluster.name &&
      service.status !== 'INACTIVE' &&
      (input.resourceManagementType === undefined ||
        input.resourceManagementType === (service.express ? 'ECS' : 'CUSTOMER')) &&
      (input.launchType === undefined || service.settings.launchType === input.launchType) &&
      (input.schedulingStrategy === undefined ||
        (service.settings.schedulingStrategy ?? 'REPLICA') === input.schedulingStrategy),
  );
  const { items, ...rest } = page(matching, input, { default: 10, most: 100 });
  return { serviceArns: items.map((service) => service.arn), ...rest };
};

export const serviceOperations = (operations: Operations) =>
  handlersOf(operations, {
    CreateService,
    UpdateService,
    DeleteService,
    DescribeServices,
    ListServices,
  });

/** It launches nothing more, and is INACTIVE when its last task has stopped. */
export function endService({ ecs, scheduler }: Operations, service: ServiceRecord): void {
  service.desiredCount = 0;
  service.status = liveTasks(ecs.state, service).size === 0 ? 'INACTIVE' : 'DRAINING';
  if (service.status === 'INACTIVE') service.deployments = [];
  scheduler.wake(service);
  ecs.changed();
}

const withTags = (view: Service, service: ServiceRecord): Service => ({
  ...view,
  tags: tagList(service.tags),
});

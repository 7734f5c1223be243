import type {
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
import { handlersOf } from '../../../../api/handlers.ts';
import { nameOf, serviceArn } from '../../model/arns.ts';
import { invalid } from '../../model/faults.ts';
import { page } from '../../model/paging.ts';
import type { ServiceRecord } from '../../model/records.ts';
import { liveTasks } from '../../model/state.ts';
import { serviceView, withTags } from '../../views/service.ts';
import { findActiveService, findCluster, findService, lookService } from '../lookup.ts';
import type { Operation, Operations } from '../operations.ts';
import { CreateService } from './create-service.ts';
import { updateService } from './update-service.ts';

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

import type { ServiceCounts } from '../../ports/service-counts.ts';
import { serviceArn } from './model/arns.ts';
import type { Operations } from './operations/operations.ts';
import { updateService } from './operations/services/update-service.ts';
import { serviceView } from './views/service.ts';

/** AWS's own UpdateService: it is in no journal of the account, and no fault meets it. */
export function serviceCounts(operations: Operations): ServiceCounts {
  const { ecs, scheduler, staleness } = operations;
  const find = (cluster: string, name: string) => {
    const service = ecs.state.services.get(serviceArn(ecs.place, cluster, name));
    return service?.status === 'ACTIVE' ? service : undefined;
  };
  return {
    read: (cluster, name) => find(cluster, name)?.desiredCount,
    set(cluster, name, desiredCount) {
      const service = find(cluster, name);
      if (!service) return;
      const before = serviceView(ecs, service);
      updateService(operations, service, { service: name, desiredCount });
      scheduler.wake(service);
      staleness.updated(service.arn, before);
      ecs.changed();
    },
  };
}

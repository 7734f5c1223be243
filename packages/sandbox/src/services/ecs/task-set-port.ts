import { computedDesired } from './deployments/task-sets.ts';
import { serviceArn } from './model/arns.ts';
import type { ServiceRecord, TaskSetRecord } from './model/records.ts';
import { liveTasks } from './model/state.ts';
import { lookTaskDefinition } from './operations/lookup.ts';
import type { Operations } from './operations/operations.ts';
import { makePrimary, newTaskSet } from './operations/services/task-sets.ts';
import { countsByDeployment, NO_COUNTS } from './views/counts.ts';

interface TaskSetState {
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly steady: boolean;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly taskDefinition: string;
}

/** What CodeDeploy does to a service of its controller. `undefined` stands for a service or task set that is not there. */
export interface TaskSetPort {
  service(
    cluster: string,
    service: string,
  ): { readonly arn: string; readonly controller: string } | undefined;
  /** The primary first. */
  states(cluster: string, service: string): readonly TaskSetState[];
  /** A task set like the service's own, with another task definition, made by this CodeDeploy deployment. Returns its id. */
  start(cluster: string, service: string, taskDefinition: string, deployment: string): string | undefined;
  promote(cluster: string, service: string, id: string): void;
  remove(cluster: string, service: string, id: string): void;
}

/** A task that a load balancer knows. */
export interface Target {
  readonly id: string;
  readonly port: number;
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  readonly reason: string | undefined;
}

export function taskSetPort({ ecs, scheduler }: Operations): TaskSetPort {
  const find = (cluster: string, name: string): ServiceRecord | undefined => {
    const service = ecs.state.services.get(serviceArn(ecs.place, cluster, name));
    return service?.status === 'ACTIVE' ? service : undefined;
  };
  const change = (
    cluster: string,
    name: string,
    id: string,
    apply: (service: ServiceRecord, set: TaskSetRecord) => void,
  ): void => {
    const service = find(cluster, name);
    const taskSet = service?.taskSets.find((candidate) => candidate.id === id);
    if (service === undefined || taskSet === undefined) return;
    apply(service, taskSet);
    taskSet.updatedAt = ecs.clock.now();
    scheduler.wake(service);
    ecs.changed();
  };
  return {
    service(cluster, name) {
      const service = find(cluster, name);
      return (
        service && { arn: service.arn, controller: service.settings.deploymentController?.type ?? 'ECS' }
      );
    },
    states(cluster, name) {
      const service = find(cluster, name);
      if (service === undefined) return [];
      const counts = countsByDeployment(ecs, service);
      return service.taskSets
        .map((taskSet) => {
          const own = counts.get(taskSet.id) ?? NO_COUNTS;
          return {
            id: taskSet.id,
            status: taskSet.status,
            steady: taskSet.stabilityStatus === 'STEADY_STATE',
            desired: computedDesired(service, taskSet),
            running: own.running,
            pending: own.pending,
            taskDefinition: taskSet.taskDefinition,
          };
        })
        .sort((left, right) => Number(right.status === 'PRIMARY') - Number(left.status === 'PRIMARY'));
    },
    start(cluster, name, taskDefinition, deployment) {
      const service = find(cluster, name);
      const definition = lookTaskDefinition(ecs, taskDefinition);
      if (service === undefined || definition?.status !== 'ACTIVE') return undefined;
      const like =
        service.taskSets.find((candidate) => candidate.status === 'PRIMARY') ?? service.taskSets[0];
      const settings = {
        ...like?.settings,
        cluster: service.cluster,
        service: service.name,
        taskDefinition: definition.arn,
        externalId: deployment,
      };
      const taskSet = newTaskSet(ecs, service, settings, 'ACTIVE', 'CODE_DEPLOY');
      service.taskSets.unshift(taskSet);
      scheduler.wake(service);
      ecs.changed();
      return taskSet.id;
    },
    promote: (cluster, name, id) => change(cluster, name, id, makePrimary),
    remove: (cluster, name, id) =>
      change(cluster, name, id, (_service, taskSet) => {
        taskSet.status = 'DRAINING';
        taskSet.deletedAt ??= ecs.clock.now();
      }),
  };
}

/** The targets of a group: every task that is registered with it, on the container port of its service. */
export function targetsOf({ ecs }: Operations, targetGroupArn: string): Target[] {
  const targets: Target[] = [];
  for (const service of ecs.state.services.values()) {
    for (const task of liveTasks(ecs.state, service)) {
      if (task.targetHealth === 'none' || !task.targetGroups.includes(targetGroupArn)) continue;
      const port = service.settings.loadBalancers?.find(
        (entry) => entry.targetGroupArn === targetGroupArn,
      )?.containerPort;
      targets.push({
        id: task.eni?.address ?? '10.0.0.1',
        port: port ?? 80,
        state: task.targetHealth,
        reason: task.targetReason,
      });
    }
  }
  return targets;
}

/** Whether a service or one of its task sets says that it is behind this target group. */
export const namesTargetGroup = ({ ecs }: Operations, targetGroupArn: string): boolean =>
  [...ecs.state.services.values()].some(({ settings, taskSets }) =>
    [settings, ...taskSets.map((set) => set.settings)].some(({ loadBalancers }) =>
      loadBalancers?.some((one) => one.targetGroupArn === targetGroupArn),
    ),
  );

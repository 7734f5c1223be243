import type { EcsContext } from '../model/ecs-context.ts';
import type { ServiceRecord, TaskRecord, TaskSetRecord } from '../model/records.ts';
import { say, sentence } from '../model/service-events.ts';
import { liveTasks } from '../model/state.ts';
import { scalingBy } from '../task-rules/reasons.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import { newTask, nextOutcome, type TaskOrder } from '../tasks/new-task.ts';
import { isProtected } from '../tasks/protection.ts';

/** The scale is a percentage of the service's desired count, rounded up. */
export const computedDesired = (service: ServiceRecord, taskSet: TaskSetRecord): number =>
  taskSet.status === 'DRAINING' ? 0 : Math.ceil((service.desiredCount * (taskSet.scale.value ?? 0)) / 100);

/** A primary task set runs steadily what it should, and nothing stays that had the traffic before it. */
export const isComplete = (service: ServiceRecord, primary: TaskSetRecord): boolean =>
  primary.stabilityStatus === 'STEADY_STATE' &&
  (computedDesired(service, primary) > 0 || service.desiredCount === 0) &&
  service.taskSets.every(
    (one) => one.createdAt >= primary.createdAt || one.status === 'DRAINING' || !one.hadTraffic,
  );

/** Gives each task set its tasks. Says whether anything could not be placed. */
export function keepTaskSets(ecs: EcsContext, lifecycle: TaskLifecycle, service: ServiceRecord): boolean {
  let refused = false;
  const left = new Map<string | undefined, TaskRecord[]>();
  for (const task of liveTasks(ecs.state, service)) {
    const own = left.get(task.deploymentId);
    if (own === undefined) left.set(task.deploymentId, [task]);
    else own.push(task);
  }
  for (const taskSet of [...service.taskSets]) {
    const tasks = left.get(taskSet.id) ?? [];
    const live = tasks.filter((task) => task.desiredStatus === 'RUNNING');
    const wanted = computedDesired(service, taskSet);
    const spared = live.filter((task) => isProtected(task, ecs.clock.now()));
    const others = live.filter((task) => !spared.includes(task));
    for (const task of others.slice(Math.max(0, wanted - spared.length))) {
      lifecycle.stop(task, {
        code: 'ServiceSchedulerInitiated',
        reason: scalingBy(taskSet.id),
        blame: 'scheduler',
      });
    }
    refused = start(ecs, lifecycle, service, taskSet, wanted - live.length) || refused;
    if (taskSet.status === 'DRAINING' && tasks.length === 0) {
      service.taskSets = service.taskSets.filter((candidate) => candidate !== taskSet);
      service.goneTaskSets.push(taskSet);
      continue;
    }
    const steady = tasks.length === wanted && live.length === wanted && live.every((task) => task.healthy);
    const status = steady ? 'STEADY_STATE' : 'STABILIZING';
    if (taskSet.stabilityStatus !== status) {
      taskSet.stabilityStatus = status;
      taskSet.stabilityStatusAt = ecs.clock.now();
      taskSet.updatedAt = ecs.clock.now();
      if (steady) say(ecs, service, `(taskSet ${taskSet.id}) ${sentence.steady}`, true);
    }
  }
  const primary = service.taskSets.find(({ status }) => status === 'PRIMARY');
  if (primary && isComplete(service, primary)) primary.completedAt ??= ecs.clock.now();
  ecs.changed();
  return refused;
}

function start(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  service: ServiceRecord,
  taskSet: TaskSetRecord,
  count: number,
): boolean {
  const { settings } = taskSet;
  const order: TaskOrder = {
    cluster: service.cluster,
    definition: ecs.state.taskDefinitions.get(taskSet.taskDefinition)!,
    group: `service:${service.name}`,
    startedBy: taskSet.id,
    service: service.arn,
    serviceName: service.name,
    deploymentId: taskSet.id,
    launchType: settings.launchType,
    capacityProviderName: settings.capacityProviderStrategy?.[0]?.capacityProvider,
    platformVersion: settings.platformVersion,
    enableExecuteCommand: service.settings.enableExecuteCommand,
    networkConfiguration: settings.networkConfiguration,
    loadBalancers: settings.loadBalancers,
  };
  const ids: string[] = [];
  let refused = false;
  for (let index = 0; index < count; index += 1) {
    const outcome = nextOutcome(ecs, order);
    if (outcome?.kind === 'placement') {
      say(
        ecs,
        service,
        sentence.notPlaced(outcome.reason ?? 'No Container Instances were found in your cluster'),
      );
      refused = true;
      break;
    }
    const task = newTask(ecs, order);
    lifecycle.begin(task, outcome);
    ids.push(task.id);
  }
  if (ids.length > 0) say(ecs, service, sentence.started(ids));
  return refused;
}

import type { EcsContext } from '../model/ecs-context.ts';
import type { DeploymentRecord, RevisionRecord, ServiceRecord, TaskRecord } from '../model/records.ts';
import { say, sentence } from '../model/service-events.ts';
import { scalingBy } from '../task-rules/reasons.ts';
import type { TaskLifecycle } from './lifecycle.ts';
import { newTask, nextOutcome, type TaskOrder } from './new-task.ts';

const digests = new WeakMap<RevisionRecord, ReadonlyMap<string, string>>();

/** Starts tasks of a deployment. The answer is why one could not be placed, if one could not. */
export function launch(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  count: number,
): string | undefined {
  const order = orderOf(ecs, service, deployment);
  const started: string[] = [];
  let refusal: string | undefined;
  for (let index = 0; index < count; index += 1) {
    const outcome = nextOutcome(ecs, order);
    if (outcome?.kind === 'placement') {
      refusal = outcome.reason ?? 'No Container Instances were found in your cluster';
      break;
    }
    const task = newTask(ecs, order);
    lifecycle.begin(task, outcome);
    started.push(task.id);
  }
  if (count > 0) deployment.launched = true;
  if (started.length > 0) say(ecs, service, sentence.started(started));
  if (refusal !== undefined) {
    const fargate = order.launchType === 'FARGATE' || order.capacityProviderName !== undefined;
    say(ecs, service, fargate ? sentence.notPlaced(refusal) : sentence.noInstance(refusal));
  }
  return refusal;
}

/** Stops tasks that a deployment or a smaller desired count made superfluous. */
export function retire(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
): void {
  if (tasks.length === 0) return;
  const running = tasks.filter((task) => task.lastStatus === 'RUNNING');
  const draining = running.filter((task) => task.targetGroups.length > 0);
  if (draining.length > 0) {
    say(ecs, service, sentence.draining(draining.length));
    const groups = new Set(draining.flatMap((task) => task.targetGroups));
    for (const group of groups) say(ecs, service, sentence.deregistered(draining.length, group));
  }
  for (const task of tasks) {
    const reason = scalingBy(task.deploymentId ?? '');
    lifecycle.stop(task, { code: 'ServiceSchedulerInitiated', reason, blame: 'scheduler' });
  }
  if (running.length > 0) say(ecs, service, sentence.stopped(running.map((task) => task.id)));
  if (running.length < tasks.length)
    say(ecs, service, sentence.stoppedPending(tasks.length - running.length), true);
}

function orderOf(ecs: EcsContext, service: ServiceRecord, deployment: DeploymentRecord): TaskOrder {
  const revision = ecs.state.revisions.get(deployment.revisionArn)!.revision;
  const { settings } = revision;
  const definition = ecs.state.taskDefinitions.get(deployment.taskDefinition)!;
  return {
    cluster: service.cluster,
    definition,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    service: service.arn,
    serviceName: service.name,
    deploymentId: deployment.id,
    launchType: settings.launchType ?? (settings.capacityProviderStrategy === undefined ? 'EC2' : undefined),
    capacityProviderName: settings.capacityProviderStrategy?.[0]?.capacityProvider,
    platformVersion: settings.platformVersion,
    enableExecuteCommand: service.settings.enableExecuteCommand,
    networkConfiguration: settings.networkConfiguration,
    loadBalancers: settings.loadBalancers,
    propagateTags: service.settings.propagateTags,
    tags: service.settings.propagateTags === 'SERVICE' ? service.tags : undefined,
    digests: digestsOf(revision),
  };
}

function digestsOf(revision: RevisionRecord): ReadonlyMap<string, string> {
  let known = digests.get(revision);
  if (known === undefined) {
    const pairs = (revision.settings.containerImages ?? []).flatMap((image) =>
      image.imageDigest === undefined ? [] : [[image.containerName!, image.imageDigest] as const],
    );
    known = new Map(pairs);
    digests.set(revision, known);
  }
  return known;
}

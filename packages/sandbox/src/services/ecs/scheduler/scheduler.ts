import type { Appointment } from '../../../clock/clock.ts';
import { isFinal, latestOf, primaryOf, setStatus, strategyOf } from '../deployments/deployments.ts';
import { failDeployment } from '../deployments/rollback.ts';
import { rollOn } from '../deployments/rolling.ts';
import { ALARM, BREAKER, rolloutReason, type Trigger } from '../deployments/rollout-reasons.ts';
import { advanceStages, type StagedRules } from '../deployments/staged.ts';
import { keepTaskSets } from '../deployments/task-sets.ts';
import type { EcsContext } from '../ecs-context.ts';
import type {
  DeploymentRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskRecord,
} from '../model/records.ts';
import { liveTasks } from '../model/state.ts';
import { launchDelay, THROTTLED_FROM } from '../rules/backoff.ts';
import { breakerThreshold } from '../rules/breaker.ts';
import type { TaskLifecycle, TaskListener } from '../tasks/lifecycle.ts';
import { alarmed } from './alarms.ts';
import { dropEmpty } from './drop-empty.ts';
import { retire } from './launch.ts';
import { protectionEnds } from './protection.ts';
import { say, sentence } from './service-events.ts';
import { stopUnhealthy } from './stop-unhealthy.ts';

export interface Scheduler extends TaskListener {
  /** Looks at the service soon: something about it has changed. */
  wake(service: ServiceRecord): void;
  /** Fails the deployment under way. */
  fail(service: ServiceRecord, record: ServiceDeploymentRecord, trigger: Trigger): void;
  /** An alarm went off or calmed down. Only one that goes off during a deployment counts. */
  alarm(name: string, on: boolean): void;
  close(): void;
}

const PLACEMENT_RETRY = 10_000;

/** Keeps every service at what it should be. It never acts inside a request: it looks again a moment later. */
export function createScheduler(
  ecs: EcsContext,
  lifecycle: () => TaskLifecycle,
  staged: StagedRules,
): Scheduler {
  const { clock, state, timing } = ecs;
  const wakeups = new Map<string, { readonly at: number; readonly appointment: Appointment }>();

  const wakeAt = (service: ServiceRecord, at: number | undefined): void => {
    const known = wakeups.get(service.arn);
    if (at === undefined || (known !== undefined && known.at <= at)) return;
    clock.cancel(known?.appointment);
    const appointment = clock.at(at, () => {
      wakeups.delete(service.arn);
      look(service);
    });
    wakeups.set(service.arn, { at, appointment });
  };
  const wake = (service: ServiceRecord): void => wakeAt(service, clock.now() + timing.scheduler);

  const look = (service: ServiceRecord): void => {
    if (service.status === 'DRAINING') {
      drain(service);
      return;
    }
    if (service.status !== 'ACTIVE') return;
    wakeAt(service, protectionEnds(state, service, clock.now()));
    if ((service.settings.deploymentController?.type ?? 'ECS') !== 'ECS') {
      if (keepTaskSets(ecs, lifecycle(), service)) wakeAt(service, clock.now() + PLACEMENT_RETRY);
      return;
    }
    const primary = primaryOf(service);
    if (primary === undefined) return;
    const record = latestOf(service);
    if (record?.status === 'PENDING') {
      record.startedAt = clock.now();
      setStatus(ecs, record, 'IN_PROGRESS');
    }
    if (record !== undefined && isStaged(record)) {
      lookStaged(service, primary, record);
      return;
    }
    const outcome = rollOn(ecs, lifecycle(), service, primary, record);
    if (outcome.refusal !== undefined) refused(service, primary);
    dropEmpty(state, service);
    if (outcome.complete && primary.rolloutState === 'IN_PROGRESS') complete(service, primary, record);
    if (!outcome.steady) service.steady = false;
    else if (!service.steady && primary.rolloutState === 'COMPLETED') {
      service.steady = true;
      say(ecs, service, sentence.steady, true);
    }
    if (primary.notBefore > clock.now()) wakeAt(service, primary.notBefore);
    ecs.changed();
  };

  /** A rollback, and what comes after the end, is the rolling scheduler's business in every strategy. */
  const isStaged = (record: ServiceDeploymentRecord): boolean =>
    strategyOf(record.configuration) !== 'ROLLING' && record.status === 'IN_PROGRESS';

  const lookStaged = (
    service: ServiceRecord,
    primary: DeploymentRecord,
    record: ServiceDeploymentRecord,
  ): void => {
    const outcome = advanceStages(ecs, lifecycle(), service, primary, record, staged);
    if (outcome.kind === 'failed') {
      fail(service, record, outcome.trigger);
    } else if (outcome.kind === 'complete') {
      delete primary.wanted;
      complete(service, primary, record);
      wake(service);
    } else {
      if (outcome.refusal !== undefined) refused(service, primary);
      wakeAt(service, outcome.until);
      if (primary.notBefore > clock.now()) wakeAt(service, primary.notBefore);
    }
    dropEmpty(state, service);
    ecs.changed();
  };

  const drain = (service: ServiceRecord): void => {
    const running = [...liveTasks(state, service)].filter((task) => task.desiredStatus === 'RUNNING');
    retire(ecs, lifecycle(), service, running);
    if (liveTasks(state, service).size > 0) return;
    service.status = 'INACTIVE';
    service.deployments = [];
    ecs.changed();
  };

  const complete = (
    service: ServiceRecord,
    primary: DeploymentRecord,
    record: ServiceDeploymentRecord | undefined,
  ): void => {
    const rolling = record === undefined || strategyOf(record.configuration) === 'ROLLING';
    const bake = rolling ? (record?.configuration.bakeTimeInMinutes ?? 0) * 60_000 : 0;
    const now = clock.now();
    if (bake > 0 && record !== undefined && !isFinal(record)) {
      primary.bakedFrom ??= now;
      if (now < primary.bakedFrom + bake) {
        wakeAt(service, primary.bakedFrom + bake);
        return;
      }
    }
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = rolloutReason.completed(primary.id);
    primary.updatedAt = now;
    primary.failedTasks = 0;
    const revision = state.revisions.get(primary.revisionArn);
    if (revision !== undefined) revision.revision.completedAt = now;
    say(ecs, service, sentence.completed(primary.id), true);
    if (record !== undefined && !isFinal(record)) {
      setStatus(ecs, record, record.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
    }
    dropEmpty(state, service);
  };

  /** No place was found for a task. */
  const refused = (service: ServiceRecord, primary: DeploymentRecord): void => {
    countFailure(service, primary);
    wakeAt(service, Math.max(primary.notBefore, clock.now() + PLACEMENT_RETRY));
  };

  const countFailure = (service: ServiceRecord, deployment: DeploymentRecord): void => {
    if (deployment.launched) {
      deployment.launched = false;
      deployment.retries += 1;
      deployment.notBefore = clock.now() + launchDelay(deployment.retries);
      if (deployment.retries >= THROTTLED_FROM) say(ecs, service, sentence.throttled);
    }
    if (deployment.rolloutState !== 'IN_PROGRESS') return;
    deployment.failedTasks += 1;
    deployment.updatedAt = clock.now();
    const record = latestOf(service);
    const breaker = service.configuration.deploymentCircuitBreaker;
    if (record === undefined || isFinal(record) || breaker?.enable !== true) return;
    const threshold = breakerThreshold(service.desiredCount, breaker.thresholdConfiguration);
    if (record.rollback === undefined) {
      record.breaker.threshold = threshold;
      record.breaker.failureCount += 1;
      record.updatedAt = clock.now();
      if (record.breaker.failureCount >= threshold) fail(service, record, BREAKER);
    } else if (deployment.failedTasks >= threshold) fail(service, record, BREAKER);
  };

  const fail = (service: ServiceRecord, record: ServiceDeploymentRecord, trigger: Trigger): void => {
    failDeployment(ecs, service, record, trigger, wake);
    wake(service);
  };

  const serviceOf = (task: TaskRecord): ServiceRecord | undefined =>
    task.service === undefined ? undefined : state.services.get(task.service);
  const deploymentOf = (service: ServiceRecord, task: TaskRecord): DeploymentRecord | undefined =>
    service.deployments.find((entry) => entry.id === task.deploymentId);

  return {
    wake,
    fail,
    running(task) {
      const service = serviceOf(task);
      if (service === undefined) return;
      for (const group of task.targetGroups) say(ecs, service, sentence.registered(1, group), true);
    },
    healthy(task) {
      const service = serviceOf(task);
      if (service === undefined) return;
      const deployment = deploymentOf(service, task);
      if (deployment !== undefined) {
        deployment.retries = 0;
        deployment.notBefore = 0;
        const record = latestOf(service);
        const resets = service.configuration.deploymentCircuitBreaker?.resetOnHealthyTask !== false;
        if (resets) {
          deployment.failedTasks = 0;
          if (deployment.status === 'PRIMARY' && record?.breaker.status === 'MONITORING')
            record.breaker.failureCount = 0;
        }
      }
      wake(service);
    },
    failing(task, check) {
      const service = serviceOf(task);
      if (service === undefined || task.desiredStatus === 'STOPPED') return;
      const patience = (service.settings.healthCheckGracePeriodSeconds ?? 0) * 1_000;
      const left = (task.startedAt ?? 0) + patience - clock.now();
      if (left > 0)
        lifecycle().later(task, left, () => stopUnhealthy(ecs, lifecycle(), service, task, check));
      else stopUnhealthy(ecs, lifecycle(), service, task, check);
    },
    stopping(task, blame) {
      const service = serviceOf(task);
      if (service === undefined) return;
      const deployment = deploymentOf(service, task);
      if (blame === 'task' && deployment?.status === 'PRIMARY') countFailure(service, deployment);
      if (blame !== 'scheduler') service.steady = false;
      // A task set has no circuit breaker; its failures are only slowed down.
      if (blame === 'task' && service.taskSets.length > 0) wakeAt(service, clock.now() + PLACEMENT_RETRY);
      else wake(service);
    },
    stopped(task) {
      const service = serviceOf(task);
      if (service !== undefined) wake(service);
    },
    alarm(name, on) {
      for (const { service, record } of alarmed(state, name, on)) fail(service, record, ALARM);
    },
    close() {
      for (const { appointment } of wakeups.values()) clock.cancel(appointment);
      wakeups.clear();
    },
  };
}

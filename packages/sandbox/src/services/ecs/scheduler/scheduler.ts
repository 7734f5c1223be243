import type { Appointment } from '../../../clock/clock.ts';
import { isFinal, latestOf, primaryOf, setStatus, strategyOf } from '../deployments/deployments.ts';
import { failDeployment } from '../deployments/rollback.ts';
import { rollOn } from '../deployments/rolling.ts';
import { ALARM, BREAKER, rolloutReason, type Trigger } from '../deployments/rollout-reasons.ts';
import { advanceStages, type StagedRules } from '../deployments/staged.ts';
import { keepTaskSets } from '../deployments/task-sets.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type {
  DeploymentRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskRecord,
} from '../model/records.ts';
import { say, sentence } from '../model/service-events.ts';
import { liveTasks } from '../model/state.ts';
import { launchDelay, THROTTLED_FROM } from '../rules/backoff.ts';
import { breakerThreshold } from '../rules/breaker.ts';
import { retire } from '../tasks/launch.ts';
import type { Blame, TaskLifecycle, TaskListener } from '../tasks/lifecycle.ts';
import { protectionEnds } from '../tasks/protection.ts';
import { alarmed } from './alarms.ts';
import { dropEmpty } from './drop-empty.ts';
import { stopUnhealthy } from './stop-unhealthy.ts';

export interface Scheduler extends TaskListener {
  /** Schedules a check of the service: something about it has changed. */
  wake(service: ServiceRecord): void;
  /** Fails the deployment in progress. */
  fail(service: ServiceRecord, record: ServiceDeploymentRecord, trigger: Trigger): void;
  /** An alarm went off or calmed down. Only one that goes off during a deployment counts. */
  alarm(name: string, on: boolean): void;
  close(): void;
}

const PLACEMENT_RETRY = 10_000;

/** Keeps every service at what it should be. It never acts inside a request: it looks again a moment later. */
export class ServiceScheduler implements Scheduler {
  readonly #ecs: EcsContext;
  readonly #lifecycle: () => TaskLifecycle;
  readonly #staged: StagedRules;
  readonly #wakeups = new Map<string, { readonly at: number; readonly appointment: Appointment }>();

  constructor(ecs: EcsContext, lifecycle: () => TaskLifecycle, staged: StagedRules) {
    this.#ecs = ecs;
    this.#lifecycle = lifecycle;
    this.#staged = staged;
  }

  wake(service: ServiceRecord): void {
    this.#wakeAt(service, this.#ecs.clock.now() + this.#ecs.timing.scheduler);
  }

  fail(service: ServiceRecord, record: ServiceDeploymentRecord, trigger: Trigger): void {
    failDeployment(this.#ecs, service, record, trigger, (failed) => this.wake(failed));
    this.wake(service);
  }

  running(task: TaskRecord): void {
    const service = this.#serviceOf(task);
    if (service === undefined) return;
    for (const group of task.targetGroups) say(this.#ecs, service, sentence.registered(1, group), true);
  }

  healthy(task: TaskRecord): void {
    const service = this.#serviceOf(task);
    if (service === undefined) return;
    const deployment = this.#deploymentOf(service, task);
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
    this.wake(service);
  }

  failing(task: TaskRecord, check: 'container' | 'elb'): void {
    const service = this.#serviceOf(task);
    if (service === undefined || task.desiredStatus === 'STOPPED') return;
    const patience = (service.settings.healthCheckGracePeriodSeconds ?? 0) * 1_000;
    const left = (task.startedAt ?? 0) + patience - this.#ecs.clock.now();
    if (left > 0)
      this.#lifecycle().later(task, left, () =>
        stopUnhealthy(this.#ecs, this.#lifecycle(), service, task, check),
      );
    else stopUnhealthy(this.#ecs, this.#lifecycle(), service, task, check);
  }

  stopping(task: TaskRecord, blame: Blame): void {
    const service = this.#serviceOf(task);
    if (service === undefined) return;
    const deployment = this.#deploymentOf(service, task);
    if (blame === 'task' && deployment?.status === 'PRIMARY') this.#countFailure(service, deployment);
    if (blame !== 'scheduler') service.steady = false;
    // A task set has no circuit breaker; its failures are only slowed down.
    if (blame === 'task' && service.taskSets.length > 0)
      this.#wakeAt(service, this.#ecs.clock.now() + PLACEMENT_RETRY);
    else this.wake(service);
  }

  stopped(task: TaskRecord): void {
    const service = this.#serviceOf(task);
    if (service !== undefined) this.wake(service);
  }

  alarm(name: string, on: boolean): void {
    for (const { service, record } of alarmed(this.#ecs.state, name, on)) this.fail(service, record, ALARM);
  }

  close(): void {
    for (const { appointment } of this.#wakeups.values()) this.#ecs.clock.cancel(appointment);
    this.#wakeups.clear();
  }

  #wakeAt(service: ServiceRecord, at: number | undefined): void {
    const known = this.#wakeups.get(service.arn);
    if (at === undefined || (known !== undefined && known.at <= at)) return;
    this.#ecs.clock.cancel(known?.appointment);
    const appointment = this.#ecs.clock.at(at, () => {
      this.#wakeups.delete(service.arn);
      this.#look(service);
    });
    this.#wakeups.set(service.arn, { at, appointment });
  }

  #look(service: ServiceRecord): void {
    if (service.status === 'DRAINING') {
      this.#drain(service);
      return;
    }
    if (service.status !== 'ACTIVE') return;
    this.#wakeAt(service, protectionEnds(this.#ecs.state, service, this.#ecs.clock.now()));
    if ((service.settings.deploymentController?.type ?? 'ECS') !== 'ECS') {
      if (keepTaskSets(this.#ecs, this.#lifecycle(), service))
        this.#wakeAt(service, this.#ecs.clock.now() + PLACEMENT_RETRY);
      return;
    }
    const primary = primaryOf(service);
    if (primary === undefined) return;
    const record = latestOf(service);
    if (record?.status === 'PENDING') {
      record.startedAt = this.#ecs.clock.now();
      setStatus(this.#ecs, record, 'IN_PROGRESS');
    }
    if (record !== undefined && this.#isStaged(record)) {
      this.#lookStaged(service, primary, record);
      return;
    }
    const outcome = rollOn(this.#ecs, this.#lifecycle(), service, primary, record);
    if (outcome.refusal !== undefined) this.#refused(service, primary);
    dropEmpty(this.#ecs.state, service);
    if (outcome.complete && primary.rolloutState === 'IN_PROGRESS') this.#complete(service, primary, record);
    if (!outcome.steady) service.steady = false;
    else if (!service.steady && primary.rolloutState === 'COMPLETED') {
      service.steady = true;
      say(this.#ecs, service, sentence.steady, true);
    }
    if (primary.notBefore > this.#ecs.clock.now()) this.#wakeAt(service, primary.notBefore);
    this.#ecs.changed();
  }

  /** A rollback, and what comes after the end, is the rolling scheduler's business in every strategy. */
  #isStaged(record: ServiceDeploymentRecord): boolean {
    return strategyOf(record.configuration) !== 'ROLLING' && record.status === 'IN_PROGRESS';
  }

  #lookStaged(service: ServiceRecord, primary: DeploymentRecord, record: ServiceDeploymentRecord): void {
    const outcome = advanceStages(this.#ecs, this.#lifecycle(), service, primary, record, this.#staged);
    if (outcome.kind === 'failed') {
      this.fail(service, record, outcome.trigger);
    } else if (outcome.kind === 'complete') {
      delete primary.wanted;
      this.#complete(service, primary, record);
      this.wake(service);
    } else {
      if (outcome.refusal !== undefined) this.#refused(service, primary);
      this.#wakeAt(service, outcome.until);
      if (primary.notBefore > this.#ecs.clock.now()) this.#wakeAt(service, primary.notBefore);
    }
    dropEmpty(this.#ecs.state, service);
    this.#ecs.changed();
  }

  #drain(service: ServiceRecord): void {
    const running = [...liveTasks(this.#ecs.state, service)].filter(
      (task) => task.desiredStatus === 'RUNNING',
    );
    retire(this.#ecs, this.#lifecycle(), service, running);
    if (liveTasks(this.#ecs.state, service).size > 0) return;
    service.status = 'INACTIVE';
    service.deployments = [];
    this.#ecs.changed();
  }

  #complete(
    service: ServiceRecord,
    primary: DeploymentRecord,
    record: ServiceDeploymentRecord | undefined,
  ): void {
    const rolling = record === undefined || strategyOf(record.configuration) === 'ROLLING';
    const bake = rolling ? (record?.configuration.bakeTimeInMinutes ?? 0) * 60_000 : 0;
    const now = this.#ecs.clock.now();
    if (bake > 0 && record !== undefined && !isFinal(record)) {
      primary.bakedFrom ??= now;
      if (now < primary.bakedFrom + bake) {
        this.#wakeAt(service, primary.bakedFrom + bake);
        return;
      }
    }
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = rolloutReason.completed(primary.id);
    primary.updatedAt = now;
    primary.failedTasks = 0;
    const revision = this.#ecs.state.revisions.get(primary.revisionArn);
    if (revision !== undefined) revision.revision.completedAt = now;
    say(this.#ecs, service, sentence.completed(primary.id), true);
    if (record !== undefined && !isFinal(record)) {
      setStatus(this.#ecs, record, record.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
    }
    dropEmpty(this.#ecs.state, service);
  }

  /** No place was found for a task. */
  #refused(service: ServiceRecord, primary: DeploymentRecord): void {
    this.#countFailure(service, primary);
    this.#wakeAt(service, Math.max(primary.notBefore, this.#ecs.clock.now() + PLACEMENT_RETRY));
  }

  #countFailure(service: ServiceRecord, deployment: DeploymentRecord): void {
    if (deployment.launched) {
      deployment.launched = false;
      deployment.retries += 1;
      deployment.notBefore = this.#ecs.clock.now() + launchDelay(deployment.retries);
      if (deployment.retries >= THROTTLED_FROM) say(this.#ecs, service, sentence.throttled);
    }
    if (deployment.rolloutState !== 'IN_PROGRESS') return;
    deployment.failedTasks += 1;
    deployment.updatedAt = this.#ecs.clock.now();
    const record = latestOf(service);
    const breaker = service.configuration.deploymentCircuitBreaker;
    if (record === undefined || isFinal(record) || breaker?.enable !== true) return;
    const threshold = breakerThreshold(service.desiredCount, breaker.thresholdConfiguration);
    if (record.rollback === undefined) {
      record.breaker.threshold = threshold;
      record.breaker.failureCount += 1;
      record.updatedAt = this.#ecs.clock.now();
      if (record.breaker.failureCount >= threshold) this.fail(service, record, BREAKER);
    } else if (deployment.failedTasks >= threshold) this.fail(service, record, BREAKER);
  }

  #serviceOf(task: TaskRecord): ServiceRecord | undefined {
    return task.service === undefined ? undefined : this.#ecs.state.services.get(task.service);
  }

  #deploymentOf(service: ServiceRecord, task: TaskRecord): DeploymentRecord | undefined {
    return service.deployments.find((entry) => entry.id === task.deploymentId);
  }
}

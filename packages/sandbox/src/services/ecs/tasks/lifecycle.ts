import type { TaskStopCode } from '@aws-sdk/client-ecs';
import type { Appointment } from '../../../clock/clock.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { ContainerRecord, TaskRecord } from '../model/records.ts';
import { ESSENTIAL_EXITED } from '../task-rules/reasons.ts';
import type { TaskOutcome } from '../task-rules/task-rule.ts';

/** Whose doing a stop is: only the task's own failures count for the circuit breaker. */
export type Blame = 'task' | 'scheduler' | 'user' | 'infrastructure';

/** Runs the containers of a task: simulated, or on a Docker engine. */
export interface TaskRunner {
  /** Called once, in PROVISIONING. From here on the runner reports to the lifecycle. */
  start(task: TaskRecord, outcome: TaskOutcome | undefined): void;
  /** The containers must end; `lifecycle.ended` is called when they have. */
  stop(task: TaskRecord): void;
  /** Resumes a running task after a restart. False: it is no longer there. */
  adopt(task: TaskRecord): Promise<boolean> | boolean;
  /** Removes what it started, unless a restart is to find it again. */
  close(keep: boolean): Promise<void>;
}

/** Who wants to know, i.e. the service scheduler. */
export interface TaskListener {
  running(task: TaskRecord): void;
  healthy(task: TaskRecord): void;
  failing(task: TaskRecord, check: 'container' | 'elb'): void;
  stopping(task: TaskRecord, blame: Blame): void;
  stopped(task: TaskRecord): void;
}

export interface TaskLifecycle {
  begin(task: TaskRecord, outcome: TaskOutcome | undefined): void;
  /** Runs `then` later, unless the task stops before. */
  later(task: TaskRecord, milliseconds: number, then: () => void): void;
  pending(task: TaskRecord): void;
  activating(task: TaskRecord): void;
  running(task: TaskRecord): void;
  containerHealth(task: TaskRecord, name: string, status: 'HEALTHY' | 'UNHEALTHY'): void;
  targetHealth(task: TaskRecord, status: 'healthy' | 'unhealthy', reason?: string): void;
  containerExited(task: TaskRecord, name: string, end: { code?: number; reason?: string }): void;
  stop(task: TaskRecord, why: { code: TaskStopCode; reason: string; blame: Blame }): void;
  ended(task: TaskRecord): void;
  /** Takes up a task that was running before a restart. */
  resume(task: TaskRecord): void;
  /** A task did not survive a restart. */
  lose(task: TaskRecord): void;
  /** Forgets all that was to come, for a close. */
  close(): void;
}

export class Lifecycle implements TaskLifecycle {
  readonly #ecs: EcsContext;
  readonly #ports: { readonly runner: () => TaskRunner; readonly listener: () => TaskListener };
  readonly #timers = new Map<TaskRecord, Set<Appointment>>();
  #closed = false;

  constructor(
    ecs: EcsContext,
    ports: { readonly runner: () => TaskRunner; readonly listener: () => TaskListener },
  ) {
    this.#ecs = ecs;
    this.#ports = ports;
  }

  begin(task: TaskRecord, outcome: TaskOutcome | undefined): void {
    this.#ecs.state.tasks.set(task.id, task);
    if (task.service !== undefined) {
      const own = this.#ecs.state.live.get(task.service) ?? new Set();
      own.add(task);
      this.#ecs.state.live.set(task.service, own);
    }
    this.#ecs.changed();
    this.#ports.runner().start(task, outcome);
  }

  later(task: TaskRecord, milliseconds: number, then: () => void): void {
    if (task.desiredStatus === 'RUNNING') this.#wait(task, milliseconds, then);
  }

  pending(task: TaskRecord): void {
    task.lastStatus = 'PENDING';
    task.pullStartedAt = this.#ecs.clock.now();
    this.#touch(task);
  }

  activating(task: TaskRecord): void {
    task.lastStatus = 'ACTIVATING';
    this.#touch(task);
  }

  running(task: TaskRecord): void {
    task.lastStatus = 'RUNNING';
    task.startedAt = this.#ecs.clock.now();
    if (task.targetGroups.length > 0) task.targetHealth = 'initial';
    let checked = task.targetGroups.length > 0;
    for (const container of task.containers) {
      if (container.lastStatus === 'PENDING') container.lastStatus = 'RUNNING';
      checked ||= container.checked;
    }
    this.#touch(task);
    this.#ports.listener().running(task);
    if (!checked)
      this.#wait(task, task.service === undefined ? 0 : this.#ecs.timing.settle, () =>
        this.#judgeHealth(task),
      );
  }

  containerHealth(task: TaskRecord, name: string, status: 'HEALTHY' | 'UNHEALTHY'): void {
    const container = task.containers.find((candidate) => candidate.name === name);
    if (container === undefined || container.healthStatus === status) return;
    container.healthStatus = status;
    this.#touch(task);
    if (status === 'HEALTHY') this.#judgeHealth(task);
    else if (container.essential && this.#isRunning(task)) this.#ports.listener().failing(task, 'container');
  }

  targetHealth(task: TaskRecord, status: 'healthy' | 'unhealthy', reason?: string): void {
    if (!this.#isRunning(task) || task.targetHealth === status) return;
    task.targetHealth = status;
    if (reason !== undefined) task.targetReason = reason;
    this.#touch(task);
    if (status === 'healthy') this.#judgeHealth(task);
    else this.#ports.listener().failing(task, 'elb');
  }

  containerExited(task: TaskRecord, name: string, end: { code?: number; reason?: string }): void {
    const container = task.containers.find((candidate) => candidate.name === name);
    if (container === undefined || container.lastStatus === 'STOPPED') return;
    close(container, end);
    this.#touch(task);
    if (container.essential && task.desiredStatus === 'RUNNING') {
      this.stop(task, { code: 'EssentialContainerExited', reason: ESSENTIAL_EXITED, blame: 'task' });
    }
  }

  stop(task: TaskRecord, why: { code: TaskStopCode; reason: string; blame: Blame }): void {
    if (task.desiredStatus === 'STOPPED') return;
    const wasServing = task.lastStatus === 'RUNNING' && task.targetGroups.length > 0;
    this.#forget(task);
    task.desiredStatus = 'STOPPED';
    task.stoppingAt = this.#ecs.clock.now();
    task.stopCode = why.code;
    task.stoppedReason = why.reason;
    this.#ports.listener().stopping(task, why.blame);
    if (wasServing) {
      task.lastStatus = 'DEACTIVATING';
      task.targetHealth = 'draining';
      this.#touch(task);
      this.#wait(task, this.#ecs.timing.deregistration, () => this.#stopContainers(task));
    } else {
      this.#stopContainers(task);
    }
  }

  ended(task: TaskRecord): void {
    if (task.lastStatus === 'DEPROVISIONING' || task.lastStatus === 'STOPPED') return;
    for (const container of task.containers) if (container.lastStatus !== 'STOPPED') close(container, {});
    task.executionStoppedAt = this.#ecs.clock.now();
    task.lastStatus = 'DEPROVISIONING';
    this.#touch(task);
    this.#wait(task, this.#ecs.timing.deprovisioning, () => this.#stopped(task));
  }

  resume(task: TaskRecord): void {
    if (task.healthy) return;
    const checked = task.targetHealth !== 'none' || task.containers.some((container) => container.checked);
    if (!checked) this.#wait(task, this.#ecs.timing.settle, () => this.#judgeHealth(task));
  }

  lose(task: TaskRecord): void {
    task.desiredStatus = 'STOPPED';
    task.stoppingAt ??= this.#ecs.clock.now();
    task.stopCode ??= 'TerminationNotice';
    task.stoppedReason ??= 'The sandbox was restarted.';
    for (const container of task.containers) if (container.lastStatus !== 'STOPPED') close(container, {});
    this.#stopped(task);
  }

  close(): void {
    this.#closed = true;
    for (const task of [...this.#timers.keys()]) this.#forget(task);
  }

  #touch(task: TaskRecord): void {
    task.version += 1;
    this.#ecs.changed();
  }

  #wait(task: TaskRecord, milliseconds: number, then: () => void): void {
    if (this.#closed) return;
    let own = this.#timers.get(task);
    if (own === undefined) {
      own = new Set();
      this.#timers.set(task, own);
    }
    const appointments = own;
    const appointment = this.#ecs.clock.after(milliseconds, () => {
      appointments.delete(appointment);
      then();
    });
    appointments.add(appointment);
  }

  #forget(task: TaskRecord): void {
    const own = this.#timers.get(task);
    if (own === undefined) return;
    for (const appointment of own) this.#ecs.clock.cancel(appointment);
    this.#timers.delete(task);
  }

  #isRunning(task: TaskRecord): boolean {
    return task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING';
  }

  #judgeHealth(task: TaskRecord): void {
    if (task.healthy || !this.#isRunning(task)) return;
    if (task.targetHealth !== 'none' && task.targetHealth !== 'healthy') return;
    for (const container of task.containers) {
      if (container.checked && container.healthStatus !== 'HEALTHY') return;
    }
    task.healthy = true;
    this.#touch(task);
    this.#ports.listener().healthy(task);
  }

  #stopContainers(task: TaskRecord): void {
    task.lastStatus = 'STOPPING';
    this.#touch(task);
    this.#ports.runner().stop(task);
  }

  #stopped(task: TaskRecord): void {
    const now = this.#ecs.clock.now();
    task.lastStatus = 'STOPPED';
    task.stoppedAt = now;
    this.#timers.delete(task);
    if (task.service !== undefined) this.#ecs.state.live.get(task.service)?.delete(task);
    this.#ecs.state.stopped.push(task);
    while (
      this.#ecs.state.stopped.length > 0 &&
      this.#ecs.state.stopped[0]!.stoppedAt! + this.#ecs.timing.stoppedTasksKept < now
    ) {
      this.#ecs.state.tasks.delete(this.#ecs.state.stopped.shift()!.id);
    }
    this.#touch(task);
    this.#ports.listener().stopped(task);
  }
}

function close(container: ContainerRecord, end: { code?: number; reason?: string }): void {
  container.lastStatus = 'STOPPED';
  if (end.code !== undefined) container.exitCode = end.code;
  if (end.reason !== undefined) container.reason = end.reason;
}

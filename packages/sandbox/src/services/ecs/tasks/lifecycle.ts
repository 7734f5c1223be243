import type { TaskStopCode } from '@aws-sdk/client-ecs';
import type { Appointment } from '../../../clock/clock.ts';
import type { EcsContext } from '../ecs-context.ts';
import type { Fate } from '../fates/fate.ts';
import { ESSENTIAL_EXITED } from '../fates/reasons.ts';
import type { ContainerRecord, TaskRecord } from '../model/records.ts';

/** Whose doing a stop is: only the task's own failures count for the circuit breaker. */
export type Blame = 'task' | 'scheduler' | 'user' | 'infrastructure';

/** Runs the containers of a task: simulated, or on a Docker engine. */
export interface TaskRunner {
  /** Called once, in PROVISIONING. From here on the runner reports to the lifecycle. */
  start(task: TaskRecord, fate: Fate | undefined): void;
  /** The containers must end; `lifecycle.ended` is called when they have. */
  stop(task: TaskRecord): void;
  /** Takes a running task up again after a restart. False: it is not there any more. */
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
  begin(task: TaskRecord, fate: Fate | undefined): void;
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

export function createLifecycle(
  ecs: EcsContext,
  ports: { readonly runner: () => TaskRunner; readonly listener: () => TaskListener },
): TaskLifecycle {
  const { clock, state, timing } = ecs;
  const timers = new Map<TaskRecord, Set<Appointment>>();
  let closed = false;

  const touch = (task: TaskRecord): void => {
    task.version += 1;
    ecs.changed();
  };
  const wait = (task: TaskRecord, milliseconds: number, then: () => void): void => {
    if (closed) return;
    let own = timers.get(task);
    if (own === undefined) {
      own = new Set();
      timers.set(task, own);
    }
    const appointments = own;
    const appointment = clock.after(milliseconds, () => {
      appointments.delete(appointment);
      then();
    });
    appointments.add(appointment);
  };
  const forget = (task: TaskRecord): void => {
    const own = timers.get(task);
    if (own === undefined) return;
    for (const appointment of own) clock.cancel(appointment);
    timers.delete(task);
  };
  const isRunning = (task: TaskRecord): boolean =>
    task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING';

  const judgeHealth = (task: TaskRecord): void => {
    if (task.healthy || !isRunning(task)) return;
    if (task.targetHealth !== 'none' && task.targetHealth !== 'healthy') return;
    for (const container of task.containers) {
      if (container.checked && container.healthStatus !== 'HEALTHY') return;
    }
    task.healthy = true;
    touch(task);
    ports.listener().healthy(task);
  };

  const stopContainers = (task: TaskRecord): void => {
    task.lastStatus = 'STOPPING';
    touch(task);
    ports.runner().stop(task);
  };

  const stopped = (task: TaskRecord): void => {
    const now = clock.now();
    task.lastStatus = 'STOPPED';
    task.stoppedAt = now;
    timers.delete(task);
    if (task.service !== undefined) state.live.get(task.service)?.delete(task);
    state.stopped.push(task);
    while (state.stopped.length > 0 && state.stopped[0]!.stoppedAt! + timing.stoppedTasksKept < now) {
      state.tasks.delete(state.stopped.shift()!.id);
    }
    touch(task);
    ports.listener().stopped(task);
  };

  const lifecycle: TaskLifecycle = {
    begin(task, fate) {
      state.tasks.set(task.id, task);
      if (task.service !== undefined) {
        const own = state.live.get(task.service) ?? new Set();
        own.add(task);
        state.live.set(task.service, own);
      }
      ecs.changed();
      ports.runner().start(task, fate);
    },
    later(task, milliseconds, then) {
      if (task.desiredStatus === 'RUNNING') wait(task, milliseconds, then);
    },
    pending(task) {
      task.lastStatus = 'PENDING';
      task.pullStartedAt = clock.now();
      touch(task);
    },
    activating(task) {
      task.lastStatus = 'ACTIVATING';
      touch(task);
    },
    running(task) {
      task.lastStatus = 'RUNNING';
      task.startedAt = clock.now();
      if (task.targetGroups.length > 0) task.targetHealth = 'initial';
      let checked = task.targetGroups.length > 0;
      for (const container of task.containers) {
        if (container.lastStatus === 'PENDING') container.lastStatus = 'RUNNING';
        checked ||= container.checked;
      }
      touch(task);
      ports.listener().running(task);
      if (!checked) wait(task, task.service === undefined ? 0 : timing.settle, () => judgeHealth(task));
    },
    containerHealth(task, name, status) {
      const container = task.containers.find((candidate) => candidate.name === name);
      if (container === undefined || container.healthStatus === status) return;
      container.healthStatus = status;
      touch(task);
      if (status === 'HEALTHY') judgeHealth(task);
      else if (container.essential && isRunning(task)) ports.listener().failing(task, 'container');
    },
    targetHealth(task, status, reason) {
      if (!isRunning(task) || task.targetHealth === status) return;
      task.targetHealth = status;
      if (reason !== undefined) task.targetReason = reason;
      touch(task);
      if (status === 'healthy') judgeHealth(task);
      else ports.listener().failing(task, 'elb');
    },
    containerExited(task, name, end) {
      const container = task.containers.find((candidate) => candidate.name === name);
      if (container === undefined || container.lastStatus === 'STOPPED') return;
      close(container, end);
      touch(task);
      if (container.essential && task.desiredStatus === 'RUNNING') {
        lifecycle.stop(task, { code: 'EssentialContainerExited', reason: ESSENTIAL_EXITED, blame: 'task' });
      }
    },
    stop(task, why) {
      if (task.desiredStatus === 'STOPPED') return;
      const wasServing = task.lastStatus === 'RUNNING' && task.targetGroups.length > 0;
      forget(task);
      task.desiredStatus = 'STOPPED';
      task.stoppingAt = clock.now();
      task.stopCode = why.code;
      task.stoppedReason = why.reason;
      ports.listener().stopping(task, why.blame);
      if (wasServing) {
        task.lastStatus = 'DEACTIVATING';
        task.targetHealth = 'draining';
        touch(task);
        wait(task, timing.deregistration, () => stopContainers(task));
      } else {
        stopContainers(task);
      }
    },
    ended(task) {
      if (task.lastStatus === 'DEPROVISIONING' || task.lastStatus === 'STOPPED') return;
      for (const container of task.containers) if (container.lastStatus !== 'STOPPED') close(container, {});
      task.executionStoppedAt = clock.now();
      task.lastStatus = 'DEPROVISIONING';
      touch(task);
      wait(task, timing.deprovisioning, () => stopped(task));
    },
    resume(task) {
      if (task.healthy) return;
      const checked = task.targetHealth !== 'none' || task.containers.some((container) => container.checked);
      if (!checked) wait(task, timing.settle, () => judgeHealth(task));
    },
    lose(task) {
      task.desiredStatus = 'STOPPED';
      task.stoppingAt ??= clock.now();
      task.stopCode ??= 'TerminationNotice';
      task.stoppedReason ??= 'The sandbox was restarted.';
      for (const container of task.containers) if (container.lastStatus !== 'STOPPED') close(container, {});
      stopped(task);
    },
    close() {
      closed = true;
      for (const task of [...timers.keys()]) forget(task);
    },
  };
  return lifecycle;
}

function close(container: ContainerRecord, end: { code?: number; reason?: string }): void {
  container.lastStatus = 'STOPPED';
  if (end.code !== undefined) container.exitCode = end.code;
  if (end.reason !== undefined) container.reason = end.reason;
}

/** docs/truth.md, `run-task`: "Exactly `count` tasks started." */

import type { Task } from '@aws-sdk/client-ecs';
import type { Evidence, Run } from '../evidence.ts';
import type { Problem } from '../world/live.ts';

/**
 * "The rule of `run-task` holds for the task before any service is touched": it had ended when the update was sent. A
 * task of the same attempt may have run before that was killed.
 */
export function taskBeforeProblem(evidence: Evidence, run: Run): Problem {
  const problem = taskProblem(evidence, {
    ...run,
    asked: { operation: 'run-task', until: 'completed', onCancel: 'leave' },
  });
  if (problem) return problem;
  const update = run.calls.find(({ operation }) => operation === 'UpdateService');
  const open = update && startedBy(evidence, run).find((task) => isInFlight(task, update.at));
  return open && `the service was updated before task ${open.taskArn} had ended`;
}

/** "Exactly `count` tasks started", and each did what it was for. */
export function taskProblem(evidence: Evidence, run: Run): Problem {
  const started = startedBy(evidence, run);
  const { count = 1, container, until } = run.asked;
  if (started.length !== count) return `${started.length} of ${count} tasks were started`;
  if (until === 'started') return undefined;
  for (const task of started) {
    const problem = failureOf(task, container);
    if (problem) return problem;
  }
  return undefined;
}

/**
 * The tasks that this attempt has started, else those of earlier attempts that were in flight when it began: "what is
 * still in flight is adopted", and where nothing was started, from whichever attempt it is.
 */
export function startedBy({ runs, tasks }: Evidence, run: Run): readonly Task[] {
  const before = runs.filter((one) => one.origin === run.origin && one.startedAt <= run.startedAt);
  const madeBy = (some: readonly Run[]) => {
    const arns = new Set(some.flatMap((one) => one.calls.flatMap((call) => call.made)));
    return tasks.filter((one) => arns.has(one.taskArn!));
  };
  const own = madeBy(before.filter((one) => one.attempt === run.attempt));
  const inFlight = madeBy(before).filter((task) => isInFlight(task, run.startedAt));
  const isAdopted = inFlight.length > 0 && !run.calls.some(({ operation }) => operation === 'RunTask');
  return own.length > 0 && !isAdopted ? own : inFlight;
}

/** Whether a container of it may still have run then. */
export function isInFlight({ executionStoppedAt, stoppedAt }: Task, at: number): boolean {
  const end = executionStoppedAt ?? stoppedAt;
  return end === undefined || end.getTime() > at;
}

/** Why a task is not a success: it stopped for another cause, or a decisive container did not exit with 0. */
export function failureOf(task: Task, container: string | undefined): Problem {
  if (task.stopCode === undefined) return `a task is ${task.lastStatus}`;
  if (task.stopCode !== 'EssentialContainerExited') return `a task stopped with ${task.stopCode}`;
  const deciding = task.containers?.filter((one) => container === undefined || one.name === container) ?? [];
  const bad = deciding.find((one) => one.exitCode !== 0);
  return bad && `container ${bad.name} ended with ${bad.exitCode}`;
}

/**
 * docs/truth.md, `scale-service`: "A read that shows the desired count as asked also shows exactly that many
 * tasks of the PRIMARY deployment running (of a task set: its share) and none pending."
 */
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import { controllerOf, primaryOf, primarySetOf } from '../world/history.ts';
import type { Problem } from '../world/live.ts';
import { servedProblem, twoReadsProblem, wroteNothing } from './reads.ts';

export function scaleProblem(evidence: Evidence, run: Run): Problem {
  const count = run.asked.count!;
  const rule = (state: Snapshot) => countProblem(state, count);
  return (
    servedProblem(evidence, run, rule) ??
    // An update that was sent and changed nothing is checked like a write.
    (wroteNothing(run) && !run.calls.some(({ operation }) => operation === 'UpdateService')
      ? twoReadsProblem(run, (state) => state.service?.desiredCount === count)
      : undefined)
  );
}

export function countProblem(state: Snapshot, count: number): Problem {
  const entry = controllerOf(state) === 'ECS' ? primaryOf(state) : primarySetOf(state);
  const share = controllerOf(state) === 'ECS' ? count : (primarySetOf(state)?.computedDesiredCount ?? count);
  if (state.service?.desiredCount !== count) return `the desired count is ${state.service?.desiredCount}`;
  return entry?.runningCount === share && entry.pendingCount === 0
    ? undefined
    : `${entry?.runningCount ?? 0} of ${share} tasks run, ${entry?.pendingCount ?? 0} are pending`;
}

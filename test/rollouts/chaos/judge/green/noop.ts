/**
 * docs/truth.md, `NOOP`: "Nothing was written. Two reads at least 3 seconds apart show what was asked for,
 * complete and alive, with nothing under way (otherwise that is followed); the newest service deployment was
 * not stopped or rolled back with that task definition."
 */
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import { controllerOf, idOf, newestOf, primaryOf, primaryRevision, primarySetOf } from '../world/history.ts';
import { isUnderWay, liveRevision, notLive, type Problem } from '../world/live.ts';
import { definitionOf, ours } from '../world/made.ts';
import { servedProblem, twoReadsProblem, wroteNothing } from './reads.ts';

export function noopProblem(evidence: Evidence, run: Run): Problem {
  const { image, count, force } = run.asked;
  if (force && ours(evidence, run).length === 0) return 'a new deployment was forced, and none made';
  if (!wroteNothing(run)) return 'something was written';
  const rule = (state: Snapshot): Problem => {
    const revision = liveRevision(state);
    if (evidence.images[revision ?? ''] !== image)
      return `${evidence.images[revision ?? ''] ?? 'nothing'} is live, not ${image}`;
    if (count !== undefined && state.service?.desiredCount !== count)
      return `the desired count is ${state.service?.desiredCount}, not ${count}`;
    if (isUnderWay(state)) return 'a deployment is under way';
    // "The task sets that were to go are gone", also where a run was killed that was to delete them.
    const set = controllerOf(state) === 'EXTERNAL' ? primarySetOf(state) : undefined;
    const left = set && notLive(state, set.id!, evidence.history);
    if (left) return left;
    if (isOutdated(evidence, run, state)) return 'a new deployment would start something else';
    const newest = newestOf(state);
    const isTaken =
      newest && /^(?:STOP|ROLLBACK)/.test(newest.status ?? '') && !isDenied(run, 'ListServiceDeployments');
    return isTaken && definitionOf(evidence, idOf(newest)) === revision
      ? `the newest deployment of it is ${newest.status}`
      : undefined;
  };
  return (
    servedProblem(evidence, run, rule) ??
    twoReadsProblem(run, (state) => evidence.images[primaryRevision(state) ?? ''] === image)
  );
}

/** What lies outside the definition has changed since the deployment that is live was made. */
function isOutdated({ changedOutsideAt: at }: Evidence, run: Run, state: Snapshot): boolean {
  if (at === undefined || run.asked.onOutsideChange === 'warn' || couldNotCompare(run)) return false;
  const primary = primaryOf(state);
  // Where no task runs, the next one takes what is there.
  const since = state.oldestTask ?? primary?.createdAt?.getTime() ?? at;
  return (primary?.runningCount ?? 0) > 0 && since < at;
}

/**
 * "What could not be compared is a warning and an output": something that it takes was never answered, or contradicts
 * another answer.
 */
const couldNotCompare = (run: Run): boolean =>
  run.said!.outputs['outside-changes']?.includes('"unknown"') === true &&
  Object.values(Object.groupBy(run.calls, ({ operation }) => operation)).some(
    (calls) =>
      isToCompare.test(calls![0]!.operation) &&
      calls!.every(({ answer }) => answer === undefined || isNoTask(answer)),
  );

const isNoTask = (answer: unknown) => (answer as { taskArns?: readonly string[] }).taskArns?.length === 0;

const isToCompare =
  /^(?:ListTasks|DescribeTasks|DescribeSecret|ListSecretVersionIds|DescribeParameters|DescribeImages|BatchGetImage)$/;

/** "Where service deployments may not be read, what became of the last one is a warning." */
export const isDenied = ({ calls, lines, service }: Run, operation: string): boolean =>
  (service !== undefined ||
    lines.some((line) => /^warning: .*cannot tell whether .* was rolled back/.test(line))) &&
  calls.every((call) => call.operation !== operation || call.code === 'AccessDeniedException');

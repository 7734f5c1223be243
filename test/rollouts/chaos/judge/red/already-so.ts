/**
 * docs/truth.md, How the judge counts: "Red may rest on what does not run now, whatever was so at
 * completion."
 */
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import { requestedWays } from '../green/rollback.ts';
import { failureOf, startedBy } from '../green/run-task.ts';
import { countProblem } from '../green/scale.ts';
import { awaited } from '../green/wait.ts';
import { notBack } from '../world/earlier-version.ts';
import {
  between,
  controllerOf,
  grace,
  primaryOf,
  serviceDeploymentOf,
  visibleAtEnd,
} from '../world/history.ts';
import { isUnderWay, liveRevision, notLive, type Problem } from '../world/live.ts';
import { claimedBy, makes, ours } from '../world/made.ts';

/** Verdicts that say something of ECS. The others (denied, cancelled, lost) say something of the run. */
const assertions = new Set([
  'ROLLED_BACK',
  'DEPLOYMENT_FAILED',
  'STOPPED',
  'SUPERSEDED',
  'PAUSED',
  'NOT_PAUSED',
  'NOT_FOUND',
  'SERVICE_NOT_ACTIVE',
  'REQUEST_REFUSED',
]);

/** They claim that it was still in progress; they are wrong where it had long ended. */
const patience = new Set(['TIMED_OUT', 'STALLED']);

const noticeWithin = 120_000;

/** What was requested has been in effect for as long as the run could have seen it. */
export function isSo(evidence: Evidence, run: Run, code: string): Problem {
  if (run.asked.operation === 'run-task' || (run.asked.taskBefore && code === 'TASK_FAILED')) {
    if (code !== 'TASK_FAILED') return undefined;
    const started = startedBy(evidence, run);
    const isDone = started.length === (run.asked.count ?? 1);
    return isDone && started.every((task) => failureOf(task, run.asked.container) === undefined)
      ? 'every task did what it was for'
      : undefined;
  }
  const window = assertions.has(code) ? grace : patience.has(code) ? noticeWithin : undefined;
  if (window === undefined || run.endedAt - run.startedAt < window) return undefined;
  // A run that made nothing may say that another is on its way; of what runs no task it cannot be said that it
  // still runs.
  const isReplaced =
    code === 'SUPERSEDED' &&
    (runsNone(evidence, run) || (run.asked.operation === 'deploy' && !run.calls.some(makes)));
  if (isReplaced) return undefined;
  const rule = ruleOf(evidence, run);
  // Of several services one is done before the others.
  const from = run.service === undefined ? run.endedAt - window : run.startedAt;
  const states = between(evidence.history, from, run.endedAt);
  return rule && states.every((state) => rule(state) === undefined) ? 'what was asked for is so' : undefined;
}

const awaitedAtFirst = (evidence: Evidence, run: Run): string | undefined =>
  between(evidence.history, run.startedAt - grace, run.startedAt)
    .map((state) => awaited(evidence, run, state))
    .find((id) => id !== undefined && id === claimedBy(run));

const runsNone = (evidence: Evidence, run: Run): boolean =>
  visibleAtEnd(evidence, run).some(({ service }) => service?.desiredCount === 0);

/** The rule that green would have had to meet in the end. */
function ruleOf(evidence: Evidence, run: Run): ((state: Snapshot) => Problem) | undefined {
  const { operation, count, image, action } = run.asked;
  const { history, images } = evidence;
  if (operation === 'scale') return (state) => countProblem(state, count!);
  if (operation === 'rollback' || action === 'rollback') {
    const ways = requestedWays(evidence, run);
    const own = ours(evidence, run).at(-1);
    return (state) => {
      // "CodeDeploy: its rollback deployment Succeeded": one that failed after the shift may have all of the traffic.
      if (state.codeDeploy.some(({ info }) => info.deploymentId === own && info.status !== 'Succeeded'))
        return 'the deployment that goes back did not succeed';
      // ECS may have rolled back to an earlier deployment of the same version.
      if (/^ROLLBACK/.test(serviceDeploymentOf(state, own ?? '')?.status ?? ''))
        return 'the deployment that goes back was itself rolled back';
      // The version to go may run nothing yet, and its deployment still continue.
      if (controllerOf(state) === 'CODE_DEPLOY' && isUnderWay(state)) return 'a deployment is under way';
      const problems = ways.map((way) => notBack(state, way, images));
      return problems.find((one) => one !== undefined);
    };
  }
  if (operation === 'wait')
    return (state) => {
      // What was PRIMARY when the step began is followed to its end.
      const begun = controllerOf(state) === 'EXTERNAL' ? awaitedAtFirst(evidence, run) : undefined;
      const id = begun ?? awaited(evidence, run, state);
      return id === undefined ? 'nothing to wait for' : (notLive(state, id, history) ?? runsNothing(state));
    };
  const id = ours(evidence, run).at(-1) ?? claimedBy(run);
  const counted = (state: Snapshot): Problem =>
    count === undefined ? undefined : countProblem(state, count);
  if (id !== undefined) return (state) => notLive(state, id, history) ?? runsNothing(state) ?? counted(state);
  if (image === undefined) return undefined;
  return (state) =>
    images[liveRevision(state) ?? ''] === image && !isUnderWay(state) ? counted(state) : 'it is not live';
}

/** "Red may rest on what does not run now, whatever was so at completion." */
const runsNothing = (state: Snapshot): Problem =>
  controllerOf(state) === 'ECS' && state.service?.desiredCount !== 0 && primaryOf(state)?.runningCount === 0
    ? 'nothing runs'
    : undefined;

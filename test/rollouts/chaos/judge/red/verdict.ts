/**
 * docs/truth.md, TIMED_OUT: "is said only when something could be read until the end; otherwise it is
 * UNKNOWN."
 */
import type { Call, Evidence, Run, Snapshot } from '../evidence.ts';
import { hasGoneBack, wayBack, waysBack } from '../world/earlier-version.ts';
import {
  asOf,
  between,
  controllerOf,
  grace,
  isCutOff,
  newestOf,
  serviceDeploymentOf,
  visibleAtEnd,
} from '../world/history.ts';
import { isPaused, type Problem } from '../world/live.ts';
import { begins, claimedBy, isDeployment, ours } from '../world/made.ts';
import { wasRolledBack } from './rolled-back.ts';
import { isSuperseded } from './superseded.ts';

/** The verdict names what did not happen. */
export function misnamed(evidence: Evidence, run: Run, code: string): Problem {
  const made = run.calls.flatMap((call) => call.made.filter(isDeployment)).at(-1);
  const id = made ?? claimedBy(run) ?? ours(evidence, run).at(-1);
  // A fresh read shows the run's own write: what was so before it is no ground for a verdict.
  const begun = run.calls.find((call) => call.wrote && begins.test(call.operation));
  const during = between(evidence.history, begun?.at ?? run.startedAt - grace, run.endedAt);
  const visible = visibleAtEnd(evidence, run);
  const isAbout = run.asked.operation !== 'scale' && run.asked.operation !== 'run-task';
  switch (code) {
    case 'ROLLED_BACK':
      return !isAbout || during.some((state) => wasRolledBack(evidence, run, state, id))
        ? undefined
        : 'nothing was rolled back';
    case 'SUPERSEDED':
      return during.some((state) => isSuperseded(evidence, run, state, id))
        ? undefined
        : 'nothing of anybody else is or was PRIMARY';
    case 'STOPPED':
      return !isAbout || id === undefined || during.some((state) => isDeleted(state) || isStopped(state, id))
        ? undefined
        : `${id} was not stopped`;
    case 'PAUSED':
      return visible.some((state) => isPaused(state, undefined)) ? undefined : 'nothing waits for anybody';
    case 'NOT_PAUSED':
      return ours(evidence, run).length > 0 || continuedBefore(evidence, run, during)
        ? 'an attempt before it has answered the pause'
        : during.every((state) => isPaused(state, undefined))
          ? 'a hook waits'
          : undefined;
    case 'NOT_FOUND':
      return run.asked.deploymentId === undefined && !visible.some(isDeleted)
        ? 'all that was asked for is there'
        : undefined;
    case 'SERVICE_NOT_ACTIVE':
      return visible.every((state) => state.service?.status === 'ACTIVE')
        ? 'the service is ACTIVE'
        : undefined;
    case 'ROLLBACK_IMPOSSIBLE':
      return impossible(evidence, run);
    case 'TIMED_OUT':
      return nothingRead(run) ? 'nothing could be read in the last minute' : undefined;
    case 'VERDICT_UNKNOWN':
      return run.calls.every((call) => call.answer !== undefined) ? 'every read was answered' : undefined;
    case 'OUTCOME_UNKNOWN':
      return run.calls.every((call) => call.answer !== undefined && showsMade(call))
        ? 'every write was answered'
        : undefined;
    default:
      return undefined;
  }
}

const isDeleted = ({ service }: Snapshot): boolean => service?.status !== 'ACTIVE';

function isStopped(state: Snapshot, id: string): boolean {
  if (id.startsWith('d-'))
    return state.codeDeploy.some(({ info }) => info.deploymentId === id && info.status === 'Stopped');
  if (controllerOf(state) === 'EXTERNAL') {
    const own = state.service?.taskSets?.find((one) => one.id === id);
    return own === undefined || own.status === 'DRAINING';
  }
  return /^(?:STOP|ROLLBACK)/.test(serviceDeploymentOf(state, id)?.status ?? '');
}

/** The answer that an earlier attempt has given was to the deployment that is the newest still. */
const continuedBefore = ({ runs }: Evidence, run: Run, during: readonly Snapshot[]): boolean =>
  runs.slice(0, runs.indexOf(run)).some(
    (one) =>
      one.origin === run.origin &&
      one.asked.operation === 'continue' &&
      // After a verdict "a service without a deployment that waits is an error".
      isCutOff(one) &&
      one.calls.some(
        ({ wrote, input }) =>
          wrote &&
          during.every((state) =>
            [newestOf(state)?.serviceDeploymentArn, state.codeDeploy.at(-1)?.info.deploymentId].includes(
              String(input.serviceDeploymentArn ?? input.deploymentId),
            ),
          ),
      ),
  );

/** Under the other controllers not every version that was live is known. */
function impossible(evidence: Evidence, run: Run): Problem {
  const isAgain = evidence.runs
    .slice(0, evidence.runs.indexOf(run))
    .some((one) => one.asked.operation === 'rollback');
  const isRead = run.calls.some(
    (call) => call.operation === 'ListServiceDeployments' && call.answer !== undefined,
  );
  const start = asOf(evidence.history, run.startedAt);
  const { to } = wayBack(evidence, run, start);
  // Someone has deployed since the run first read.
  const end = newestOf(asOf(evidence.history, run.endedAt));
  const read = run.calls.find(({ operation }) => operation === 'ListServiceDeployments')?.answer;
  if (end && read && !JSON.stringify(read).includes(end.serviceDeploymentArn!)) return undefined;
  // "Else refused, naming what is live and how to go further back": after a rollback it is not known how far back is
  // meant, regardless of who made it, and how.
  const seen = between(evidence.history, run.startedAt - grace, run.endedAt);
  if (newestOf(start)?.status === 'ROLLBACK_SUCCESSFUL' || seen.some((state) => hasGoneBack(evidence, state)))
    return undefined;
  return !isAgain && isRead && to !== undefined && waysBack(evidence, run).every((way) => way.to === to)
    ? `${to} was live before`
    : undefined;
}

function nothingRead(run: Run): boolean {
  const last = run.calls.filter((call) => call.at > run.endedAt - 60_000);
  return (
    run.endedAt - run.startedAt > 60_000 && last.length > 0 && last.every((call) => call.answer === undefined)
  );
}

/** An answer that is behind does not show what the write has made. */
const showsMade = ({ made, answer }: Call): boolean =>
  made.filter(isDeployment).every((id) => JSON.stringify(answer).includes(id));

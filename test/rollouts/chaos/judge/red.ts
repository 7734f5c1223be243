import type { TaskSet } from '@aws-sdk/client-ecs';
import { notBack, wayBack, waysBack } from './earlier-version.ts';
import type { Breach, Call, Evidence, Run, Snapshot } from './evidence.ts';
import { awaited, claimedBy, countProblem, imageOf, ours, waysAsked } from './green.ts';
import {
  asOf,
  between,
  controllerOf,
  grace,
  idOf,
  isCutOff,
  newestOf,
  primaryOf,
  primarySetOf,
  serviceDeploymentOf,
  visibleAtEnd,
} from './history.ts';
import { isPaused, isUnderWay, liveRevision, notLive, type Problem } from './live.ts';
import { failureOf, startedBy } from './tasks.ts';

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
/** They say that it was still continuing; they are wrong of what has long been so. */
const patience = new Set(['TIMED_OUT', 'STALLED']);
const noticeWithin = 120_000;

/** "Red is as exact as green": what is wrong with a red end. */
export function redBreaches(evidence: Evidence, run: Run): readonly Breach[] {
  const { error } = run.said ?? {};
  if (!error || evidence.behind > grace) return [];
  const problem =
    isSo(evidence, run, error.code) ?? misnamed(evidence, run, error.code) ?? contradicts(error.summary);
  return problem === undefined
    ? []
    : [
        {
          kind: 'false-red',
          what: `${run.asked.operation} ended with ${error.code}, but ${problem}: ${error.summary}`,
        },
      ];
}

/** What was requested has been so for as long as the run could have seen it. */
function isSo(evidence: Evidence, run: Run, code: string): Problem {
  if (run.asked.operation === 'run-task') {
    if (code !== 'TASK_FAILED') return undefined;
    const started = startedBy(evidence, run);
    const isDone = started.length === (run.asked.count ?? 1);
    return isDone && started.every((task) => failureOf(task, run.asked.container) === undefined)
      ? 'every task did what it was for'
      : undefined;
  }
  const window = assertions.has(code) ? grace : patience.has(code) ? noticeWithin : undefined;
  if (window === undefined || run.endedAt - run.startedAt < window) return undefined;
  // A run that made nothing may say that another is on its way; of what runs no task no one can say that it
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

/** An answer that is behind does not show what the write has made. */
const showsMade = ({ made, answer }: Call): boolean =>
  made.filter(isDeployment).every((id) => JSON.stringify(answer).includes(id));

const isDeployment = (id: string): boolean => /^(?:ecs-svc\/|d-)/.test(id);
const makes = ({ made }: Call): boolean => made.some(isDeployment);

const runsNone = (evidence: Evidence, run: Run): boolean =>
  visibleAtEnd(evidence, run).some(({ service }) => service?.desiredCount === 0);

/** The rule that green would have had to meet in the end. */
function ruleOf(evidence: Evidence, run: Run): ((state: Snapshot) => Problem) | undefined {
  const { operation, count, image, action } = run.asked;
  const { history, images } = evidence;
  if (operation === 'scale') return (state) => countProblem(state, count!);
  if (operation === 'rollback' || action === 'rollback') {
    const ways = waysAsked(evidence, run);
    const own = ours(evidence, run).at(-1);
    return (state) => {
      // "CodeDeploy: its rollback deployment Succeeded": one that failed after the shift may have all of the traffic.
      if (state.codeDeploy.some(({ info }) => info.deploymentId === own && info.status !== 'Succeeded'))
        return 'the deployment that goes back did not succeed';
      // ECS may have rolled back to an earlier deployment of the same version.
      if (/^ROLLBACK/.test(serviceDeploymentOf(state, own ?? '')?.status ?? ''))
        return 'the deployment that goes back was itself rolled back';
      // What is to go may run nothing yet, and continue anyway.
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

const begins = /^(?:UpdateService|UpdateExpressGatewayService|CreateDeployment|CreateTaskSet)$/;

/** The verdict names what did not happen. */
function misnamed(evidence: Evidence, run: Run, code: string): Problem {
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
      return !isAbout || id === undefined || during.some((state) => isStopped(state, id))
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
      return run.asked.deploymentId === undefined && visible.every((state) => state.service)
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

function wasRolledBack(evidence: Evidence, run: Run, state: Snapshot, id: string | undefined): boolean {
  if (controllerOf(state) === 'CODE_DEPLOY') {
    const { externalId, taskDefinition = '' } = primarySetOf(state) ?? {};
    const isTakenBack =
      ours(evidence, run).includes(externalId ?? '') && evidence.images[taskDefinition] !== run.asked.image;
    const isUndone = state.codeDeploy.some(
      ({ info }) =>
        info.rollbackInfo !== undefined &&
        (id === undefined || !id.startsWith('d-') || info.deploymentId === id),
    );
    return isUndone || isTakenBack;
  }
  const back = madeToGoBack(evidence, run);
  if (controllerOf(state) === 'EXTERNAL') {
    const goes = back === undefined ? id : claimedBy(run);
    const isBack = back === undefined || (primarySetOf(state)?.id === back && liveRevision(state));
    const own = state.service?.taskSets?.find((one) => one.id === goes);
    const wasThere = (holds: (set: TaskSet) => boolean) =>
      evidence.history.some(
        (then) => then.at < state.at && then.service?.taskSets?.some((one) => one.id === goes && holds(one)),
      );
    if (!isBack) return false;
    if (!own || own.status === 'DRAINING') return own !== undefined || wasThere(() => true);
    return back === undefined && own.status === 'ACTIVE' && wasThere(({ status }) => status === 'PRIMARY');
  }
  if (back !== undefined)
    return liveRevision(state) === primaryOf(state)?.taskDefinition && primaryOf(state)?.id === back;
  const record = id === undefined ? newestOf(state) : serviceDeploymentOf(state, id);
  if (/^ROLLBACK/.test(record?.status ?? '') || tookAnothersForIts(evidence, run, state, id, /^ROLLBACK/))
    return true;
  const primary = primaryOf(state);
  if (id === undefined || primary?.id === id) return false;
  // An id from before ours, or a deployment of the run that took ours back.
  const other = serviceDeploymentOf(state, primary?.id ?? '');
  const isOlder = !other || !record || other.createdAt! < record.createdAt!;
  const isTakenBack = ours(evidence, run).includes(primary?.id ?? '');
  return (isOlder && record !== undefined && record.status !== 'SUCCESSFUL') || isTakenBack;
}

/**
 * Red may take for its own what someone else made of the same version in the same moment, and which ended so.
 */
function tookAnothersForIts(
  evidence: Evidence,
  run: Run,
  state: Snapshot,
  id: string | undefined,
  ended: RegExp,
): boolean {
  const claimed = claimedBy(run);
  if (claimed === undefined || id === undefined || claimed === id) return false;
  const [other, own] = [claimed, id].map((one) => serviceDeploymentOf(state, one));
  const apart = Math.abs((other?.createdAt?.getTime() ?? Infinity) - (own?.createdAt?.getTime() ?? 0));
  const isOfVersion = imageOf(evidence, claimed) === run.asked.image;
  return ended.test(other?.status ?? '') && isOfVersion && apart <= grace;
}

/** What the run itself has made to roll back one of several services that was live. */
function madeToGoBack(evidence: Evidence, run: Run): string | undefined {
  // A write whose answer was lost is sent again, and makes nothing then.
  const [made] = run.calls.findLast((call) => makes(call) && begins.test(call.operation))?.made ?? [];
  if (run.service === undefined || made === undefined || made === claimedBy(run)) return undefined;
  // Of the version that was to go live it goes nowhere back.
  return imageOf(evidence, made) === run.asked.image ? undefined : made;
}

function isSuperseded(evidence: Evidence, run: Run, state: Snapshot, id: string | undefined): boolean {
  const { count } = run.asked;
  if (run.asked.operation === 'scale') return state.service?.desiredCount !== count;
  if (count !== undefined && state.service?.desiredCount !== count) return true;
  if (run.asked.operation === 'wait' && run.asked.image !== undefined && controllerOf(state) === 'ECS')
    return isReplaced(evidence, state, run.asked);
  if (wasShownAnother(run) || tookAnothersForIts(evidence, run, state, id, /^STOP/)) return true;
  const own = ours(evidence, run);
  const isForeign = (other: string | undefined, createdAt: Date | undefined) =>
    other !== undefined &&
    other !== id &&
    !own.includes(other) &&
    (createdAt?.getTime() ?? 0) >= Math.min(createdOf(state, id) ?? Infinity, run.startedAt - grace);
  if (controllerOf(state) === 'CODE_DEPLOY') {
    const last = state.codeDeploy.at(-1)?.info;
    if (isForeign(last?.deploymentId, last?.createTime)) return true;
  }
  if (controllerOf(state) !== 'ECS') {
    const primary = primarySetOf(state);
    // A task set that another made PRIMARY may be older than ours.
    return primary !== undefined && primary.id !== id && !own.includes(primary.id!);
  }
  const newest = newestOf(state);
  return newest !== undefined && isForeign(idOf(newest), newest.createdAt);
}

/**
 * "An answer that shows what someone else made in the same moment is not known from one that shows one's
 * own."
 */
const wasShownAnother = ({ calls }: Run): boolean =>
  calls.some(({ operation, answer, made, before }) => {
    const shown = (answer as { service?: { deployments?: { id: string }[] } } | undefined)?.service
      ?.deployments;
    const known = calls[0]?.answer as { services?: { deployments?: { id: string }[] }[] } | undefined;
    const earlier = known?.services?.flatMap(({ deployments = [] }) => deployments.map(({ id }) => id)) ?? [];
    return (
      operation === 'UpdateService' &&
      made.length > 0 &&
      shown !== undefined &&
      !shown.some(({ id }) => made.includes(id)) &&
      before?.service?.deployments?.some(
        ({ id, status }) => status === 'PRIMARY' && !earlier.includes(id!),
      ) === true
    );
  });

/** Of a version to wait for: a later deployment is of another, and the version's own was not rolled back. */
function isReplaced({ images }: Evidence, state: Snapshot, { image, revision }: Run['asked']): boolean {
  const isAsked = (definition = '') =>
    revision === undefined ? images[definition] === image : definition === revision;
  const newest = newestOf(state);
  if (!newest) return true;
  const target = state.service?.deployments?.find(({ id }) => id === idOf(newest));
  const isTaken = /^ROLLBACK/.test(newest.status ?? '') && isAsked(target?.taskDefinition);
  return !isAsked(primaryOf(state)?.taskDefinition) && !isTaken;
}

const createdOf = (state: Snapshot, id: string | undefined): number | undefined =>
  id === undefined ? undefined : serviceDeploymentOf(state, id)?.createdAt?.getTime();

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
  // After a rollback it is not known how far back is meant, regardless of who made it.
  if (newestOf(start)?.status === 'ROLLBACK_SUCCESSFUL') return undefined;
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

/** "No sentence contradicts its own facts." A deployment may be gone although its revision is live. */
function contradicts(summary: string): Problem {
  const [, of, named, live] = /(\bof )?(\S+:\d+) is not live.*\(live: (\S+:\d+)\)/.exec(summary) ?? [];
  return of === undefined && named !== undefined && named === live ? 'it contradicts itself' : undefined;
}

import type { Service } from '@aws-sdk/client-ecs';
import { notBack, type Way, waysBack } from './earlier-version.ts';
import type { Breach, Evidence, Run, Snapshot } from './evidence.ts';
import {
  between,
  controllerOf,
  grace,
  idOf,
  isOver,
  newestOf,
  primaryOf,
  primaryRevision,
  primarySetOf,
  rolledBackTo,
  serviceDeploymentOf,
  visibleAtEnd,
} from './history.ts';
import {
  isBegun,
  isComplete,
  isDone,
  isPaused,
  isUnderWay,
  liveRevision,
  notLive,
  notThere,
  type Problem,
} from './live.ts';
import { servedStates } from './served.ts';
import { taskProblem } from './tasks.ts';

/** Exit 0 is allowed only in the cases of the page: what speaks against this one. */
export function greenBreaches(evidence: Evidence, run: Run): readonly Breach[] {
  const { said } = run;
  if (said?.exitCode !== 0) return [];
  const problem = problemOf(evidence, run);
  const verdict = said.outputs.verdict ?? 'no verdict';
  return problem === undefined
    ? []
    : [{ kind: 'false-green', what: `${run.asked.operation} is green with ${verdict}: ${problem}` }];
}

function problemOf(evidence: Evidence, run: Run): Problem {
  const { verdict } = run.said!.outputs;
  if (run.asked.operation === 'run-task') return taskProblem(evidence, run);
  if (verdict === 'STARTED') return startedProblem(evidence, run);
  if (verdict === 'PAUSED')
    return run.asked.until !== 'paused'
      ? 'nobody asked for a pause'
      : visibleAtEnd(evidence, run).some((state) => isPaused(state, undefined))
        ? undefined
        : 'nothing waits for anybody';
  switch (run.asked.operation) {
    case 'deploy':
      return verdict === 'NOOP' ? noopProblem(evidence, run) : deployProblem(evidence, run);
    case 'wait':
      return waitProblem(evidence, run);
    case 'scale':
      return scaleProblem(evidence, run);
    case 'rollback':
      return rollbackProblem(evidence, run);
    case 'continue':
      return run.asked.action === 'rollback'
        ? rollbackProblem(evidence, run)
        : continueProblem(evidence, run);
  }
}

/** The rule holds at one instant at least of those that the run could see at its end. */
function somewhere(states: readonly Snapshot[], rule: (state: Snapshot) => Problem): Problem {
  let last: Problem = 'nothing was seen';
  for (const state of states.toReversed()) {
    const problem = rule(state);
    if (problem === undefined) return undefined;
    if (state === states.at(-1)) last = problem;
  }
  return last;
}

/** The deployment that a green run speaks of. */
export const claimedBy = ({ said }: Run): string | undefined =>
  said?.outputs['codedeploy-deployment-id'] ?? said?.outputs['deployment-id'];

const isDeploymentId = (id: string) => /^(?:ecs-svc\/|d-)/.test(id);

/** What the runs of this step have made, up to and with this one, the oldest first. */
export function ours({ runs }: Evidence, run: Run): readonly string[] {
  return runs
    .slice(0, runs.indexOf(run) + 1)
    .filter((one) => one.origin === run.origin && one.asked.operation === run.asked.operation)
    .flatMap((one) => one.calls.flatMap((call) => call.made.filter(isDeploymentId)));
}

const madeBy = (run: Run) => run.calls.flatMap((call) => call.made.filter(isDeploymentId));

/** The image of a deployment, whether it is still shown or not. */
export function imageOf({ history, images }: Evidence, id: string): string | undefined {
  for (const state of history.toReversed()) {
    const info = state.codeDeploy.find((one) => one.info.deploymentId === id)?.info;
    const content = info?.revision?.appSpecContent?.content ?? '';
    const [arn] = /arn:[^"\s]+:task-definition\/[^"\s]+/.exec(content) ?? [];
    if (arn !== undefined) return images[arn];
    const entries = [...(state.service?.deployments ?? []), ...(state.service?.taskSets ?? [])];
    const entry = entries.find((one) => one.id === id);
    if (entry) return images[entry.taskDefinition ?? ''];
  }
  return undefined;
}

/** What a deployment of ECS's own controller runs, which the service shows only for as long as it has it. */
function definitionOf({ history }: Evidence, id: string): string | undefined {
  const shown = history.findLast(({ service }) => service?.deployments?.some((one) => one.id === id));
  return shown?.service?.deployments?.find((one) => one.id === id)?.taskDefinition;
}

/** As far as `wait-until` says, or live. */
const reached = (evidence: Evidence, run: Run, state: Snapshot, id: string): Problem =>
  /^(?:traffic-shifted$|stage:|codedeploy:)/.test(run.asked.until)
    ? notThere(state, id, run.asked.until, evidence.history)
    : notLive(state, id, evidence.history) && notLive(asReadable(run, state), id, evidence.history);

/** "Where service deployments cannot be read" the service alone tells. */
function asReadable({ calls }: Run, state: Snapshot): Snapshot {
  const asked = calls.filter(({ operation }) => /^(?:List|Describe)ServiceDeployments$/.test(operation));
  const isDenied = asked.length > 0 && asked.every(({ code }) => code === 'AccessDeniedException');
  return isDenied ? { ...state, serviceDeployments: [] } : state;
}

/** The answer to its own write showed this deployment: where reads are later than 30 seconds, nothing tells it apart. */
const wasAnsweredWith = ({ calls }: Run, id: string): boolean =>
  calls.some(({ operation, answer }) => {
    const service = (answer as { service?: Service } | undefined)?.service;
    return operation === 'UpdateService' && service?.deployments?.some((one) => one.id === id) === true;
  });

function deployProblem(evidence: Evidence, run: Run): Problem {
  const id = claimedBy(run);
  const visible = visibleAtEnd(evidence, run);
  const own = madeBy(run).at(-1);
  if (id === undefined) return 'it names no deployment';
  const isUndecidable = evidence.behind > grace && wasAnsweredWith(run, id);
  if (own !== undefined && own !== id && !isUndecidable) return `it made ${own} and speaks of ${id}`;
  if (run.asked.force && !ours(evidence, run).includes(id) && !isUndecidable)
    return `${id} was there before a new deployment was forced`;
  const count = run.asked.count;
  const rule = (state: Snapshot): Problem => {
    const image = imageOf(evidence, id);
    if (run.asked.image !== undefined && image !== run.asked.image)
      return `${id} runs ${image}, not ${run.asked.image}`;
    const problem = reached(evidence, run, state, id);
    if (problem || count === undefined || own !== undefined) return problem;
    // An update that starts no deployment, with none to follow: the rule of scale-service holds for a count.
    return wasDeployedBefore(evidence, run, id) ? countProblem(state, count) : undefined;
  };
  return wroteNothing(run) ? servedProblem(evidence, run, rule) : somewhere(visible, rule);
}

/**
 * No deployment was in progress that the run may have followed: the one that it speaks of was over before.
 */
const wasDeployedBefore = ({ history }: Evidence, run: Run, id: string): boolean =>
  between(history, run.startedAt - grace, run.startedAt).every((state) => {
    const record = serviceDeploymentOf(state, id);
    const info = state.codeDeploy.find((one) => one.info.deploymentId === id)?.info;
    if (info) return isDone(info);
    if (record) return isOver(record);
    const primary = primaryOf(state);
    return primary ? primary.id === id && isComplete(state, primary) : primarySetOf(state)?.id === id;
  });

/** "Ours exists, by id": what it made, or what it adopted or found, unless that had failed. */
function startedProblem(evidence: Evidence, run: Run): Problem {
  const id = claimedBy(run);
  const own = madeBy(run).at(-1);
  if (own !== undefined && id !== own) return `it made ${own} and speaks of ${id}`;
  if (run.asked.force && !ours(evidence, run).includes(id ?? ''))
    return `${id} was there before a new deployment was forced`;
  const served = own === undefined ? servedStates(run) : [];
  return somewhere([...served, ...visibleAtEnd(evidence, run)], (state) => {
    if (id === undefined) return undefined;
    const record = serviceDeploymentOf(state, id);
    if (
      run.asked.operation === 'deploy' &&
      own === undefined &&
      /^(?:STOP|ROLLBACK)/.test(record?.status ?? '')
    )
      return `nothing was started, and ${id} is ${record?.status}`;
    const isThere =
      record ||
      state.service?.deployments?.some((one) => one.id === id) ||
      state.codeDeploy.some(({ info }) => info.deploymentId === id) ||
      state.service?.taskSets?.some((one) => one.id === id);
    return isThere ? undefined : `there is no ${id}`;
  });
}

const changes =
  /^(?:UpdateService|CreateDeployment|CreateTaskSet|DeleteTaskSet|UpdateServicePrimaryTaskSet|UpdateExpressGatewayService|RegisterTaskDefinition)$/;

const wroteNothing = ({ calls }: Run) => !calls.some((call) => call.wrote && changes.test(call.operation));

/**
 * "Where it wrote nothing, a green is false only if no read that it was served justified it, or if a later read of
 * the same run contradicts it."
 */
function servedProblem(evidence: Evidence, run: Run, rule: (state: Snapshot) => Problem): Problem {
  const inTheWorld = somewhere(visibleAtEnd(evidence, run), rule);
  if (inTheWorld === undefined || evidence.behind <= grace) return inTheWorld;
  const last = servedStates(run).at(-1);
  return last ? rule(last) : 'nothing was read';
}

/** "Two reads at least 3 seconds apart show what was requested." */
function twoReadsProblem(run: Run, shows: (state: Snapshot) => boolean): Problem {
  const states = servedStates(run).filter(shows);
  const apart = states.length < 2 ? 0 : states.at(-1)!.at - states[0]!.at;
  return apart >= 3000 ? undefined : `reads of only ${apart} ms show it`;
}

function noopProblem(evidence: Evidence, run: Run): Problem {
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
const isDenied = ({ calls, lines, service }: Run, operation: string): boolean =>
  (service !== undefined ||
    lines.some((line) => /^warning: .*cannot tell whether .* was rolled back/.test(line))) &&
  calls.every((call) => call.operation !== operation || call.code === 'AccessDeniedException');

/** The deployment that the step is to wait for, as of one instant. */
function awaited(evidence: Evidence, run: Run, state: Snapshot): string | undefined {
  const { deploymentId, image, revision } = run.asked;
  if (deploymentId !== undefined) return deploymentId;
  if (controllerOf(state) === 'CODE_DEPLOY') {
    // What CodeDeploy makes to undo one is nothing to wait for.
    const asked = state.codeDeploy
      .filter(({ info }) => !info.rollbackInfo?.rollbackTriggeringDeploymentId)
      .flatMap(({ info }) => info.deploymentId ?? [])
      .filter((id) => image === undefined || imageOf(evidence, id) === image);
    return asked.at(-1) ?? (image === undefined ? primarySetOf(state)?.id : undefined);
  }
  if (controllerOf(state) === 'EXTERNAL')
    return state.service?.taskSets?.find(isBegun)?.id ?? primarySetOf(state)?.id;
  if (image === undefined) {
    const newest = newestOf(state);
    return newest ? idOf(newest) : primaryOf(state)?.id;
  }
  // "With a task definition: the newest service deployment of it decides."
  const isAsked = (definition = '') =>
    revision === undefined ? evidence.images[definition] === image : definition === revision;
  const ofVersion = state.serviceDeployments.filter((one) => isAsked(definitionOf(evidence, idOf(one))));
  const newest = newestOf({ ...state, serviceDeployments: ofVersion });
  const primary = primaryOf(state);
  if (newest) return idOf(newest);
  return isAsked(primary?.taskDefinition) ? primary?.id : undefined;
}

function waitProblem(evidence: Evidence, run: Run): Problem {
  const problem = servedProblem(evidence, run, (state) => {
    const id = awaited(evidence, run, state);
    if (id === undefined) return `there is no deployment of ${run.asked.image}`;
    const claimed = claimedBy(run);
    if (claimed !== undefined && claimed !== id && run.asked.image === undefined)
      return `it speaks of ${claimed}, and the one to wait for is ${id}`;
    return reached(evidence, run, state, id);
  });
  if (problem || run.asked.deploymentId !== undefined || run.asked.image !== undefined) return problem;
  // "If it was over when the step began, it must still be the newest 30 seconds later."
  const isOverAtFirst = !servedStates(run).some(isUnderWay);
  const took = (run.calls.at(-1)?.at ?? run.endedAt) - (run.calls[0]?.at ?? run.startedAt);
  return isOverAtFirst && took < grace
    ? `it was over at the first read, and was looked at for ${took} ms only`
    : undefined;
}

function countProblem(state: Snapshot, count: number): Problem {
  const entry = controllerOf(state) === 'ECS' ? primaryOf(state) : primarySetOf(state);
  const share = controllerOf(state) === 'ECS' ? count : (primarySetOf(state)?.computedDesiredCount ?? count);
  if (state.service?.desiredCount !== count) return `the desired count is ${state.service?.desiredCount}`;
  return entry?.runningCount === share && entry.pendingCount === 0
    ? undefined
    : `${entry?.runningCount ?? 0} of ${share} tasks run, ${entry?.pendingCount ?? 0} are pending`;
}

function scaleProblem(evidence: Evidence, run: Run): Problem {
  const count = run.asked.count!;
  const rule = (state: Snapshot) => countProblem(state, count);
  const problem = wroteNothing(run)
    ? servedProblem(evidence, run, rule)
    : somewhere(visibleAtEnd(evidence, run), rule);
  return (
    problem ??
    // What was sent, and had set nothing to be set, is checked like a write.
    (wroteNothing(run) && !run.calls.some(({ operation }) => operation === 'UpdateService')
      ? twoReadsProblem(run, (state) => state.service?.desiredCount === count)
      : undefined)
  );
}

function rollbackProblem(evidence: Evidence, run: Run): Problem {
  const earlier = evidence.runs
    .slice(0, evidence.runs.indexOf(run))
    .find(
      (one) => one.asked.operation === 'rollback' && one.said?.exitCode === 0 && one.origin !== run.origin,
    );
  if (
    earlier &&
    run.asked.image === undefined &&
    run.asked.operation === 'rollback' &&
    madeBy(run).length > 0 &&
    !isDeployedSince(run, earlier.endedAt)
  )
    return 'another run had rolled back already: a second one is refused';
  const ways = [
    ...waysAsked(evidence, run),
    ...(run.asked.operation === 'continue' ? waysTaken(evidence, run) : []),
  ];
  return somewhere(visibleAtEnd(evidence, run), (state) => {
    const problems = ways.map((way) => notBack(state, way, evidence.images));
    return problems.includes(undefined) ? undefined : problems[0];
  });
}

/**
 * The way back that was requested: of a rollback that an earlier attempt of this CI run has begun, its way.
 */
export function waysAsked(evidence: Evidence, run: Run): readonly Way[] {
  const again = evidence.runs
    .slice(0, evidence.runs.indexOf(run))
    .find(
      ({ asked, origin, calls }) =>
        origin === run.origin &&
        (asked.operation === 'rollback' || asked.action === 'rollback') &&
        calls.some((call) => call.wrote),
    );
  return [
    ...(again ? waysBack(evidence, again) : []),
    // Someone has deployed since.
    ...(again && !isForeignSince(evidence, run) ? [] : waysBack(evidence, run)),
  ];
}

/** What is live when the run writes was made after that. */
function isDeployedSince(run: Run, time: number): boolean {
  const before = run.calls.find((call) => call.before && call.made.length > 0)?.before;
  const primary = before && (primaryOf(before) ?? primarySetOf(before));
  return (primary?.createdAt?.getTime() ?? 0) > time;
}

/** What is live when the run writes was not made by this CI run. */
function isForeignSince(evidence: Evidence, run: Run): boolean {
  const write = run.calls.find((call) => call.before && call.made.length > 0);
  const primary = write?.before && (primaryOf(write.before) ?? primarySetOf(write.before));
  const externalId = primary && 'externalId' in primary ? primary.externalId : undefined;
  const own = ours(evidence, run);
  return primary !== undefined && !own.includes(primary.id!) && !own.includes(externalId ?? '');
}

/** The rollback that was requested has been made already. */
function waysTaken(evidence: Evidence, run: Run): readonly Way[] {
  return visibleAtEnd(evidence, run).flatMap((state): readonly Way[] => {
    const byCodeDeploy = state.codeDeploy.findLast(
      ({ info }) => !info.rollbackInfo?.rollbackTriggeringDeploymentId,
    )?.info;
    if (byCodeDeploy?.rollbackInfo?.rollbackDeploymentId) {
      const from = imageOf(evidence, byCodeDeploy.deploymentId!);
      return [{ from, to: evidence.images[liveRevision(state) ?? ''], digest: undefined }];
    }
    const newest = newestOf(state);
    const to = newest?.status === 'ROLLBACK_SUCCESSFUL' ? rolledBackTo(newest) : undefined;
    return to === undefined
      ? []
      : [{ from: imageOf(evidence, idOf(newest!)), to: imageOf(evidence, to), digest: undefined }];
  });
}

function continueProblem(evidence: Evidence, run: Run): Problem {
  const write = run.calls.find((call) => call.wrote)?.at ?? run.endedAt;
  const waiting = between(evidence.history, run.startedAt - grace, write)
    .filter((state) => isPaused(state, undefined))
    .at(-1);
  const last = waiting?.serviceDeployments.findLast((one) => !isOver(one));
  const id =
    last && controllerOf(waiting!) === 'ECS'
      ? idOf(last)
      : (waiting?.codeDeploy.findLast(({ info }) => info.status === 'Ready')?.info.deploymentId ??
        claimedBy(run));
  // Answered by an attempt before this one, it is followed, whatever is waiting now.
  const followed = run.calls.some((call) => call.wrote) ? id : (claimedBy(run) ?? id);
  if (followed === undefined) return 'nothing waited for anybody';
  return somewhere(visibleAtEnd(evidence, run), (state) => reached(evidence, run, state, followed));
}

export { awaited, countProblem };

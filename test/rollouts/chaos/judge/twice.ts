import type { Breach, Call, Evidence, Run, Snapshot } from './evidence.ts';
import { isInFlight } from './green/run-task.ts';
import {
  asOf,
  controllerOf,
  grace,
  idOf,
  isCutOff,
  newestOf,
  primarySetOf,
  serviceDeploymentOf,
} from './world/history.ts';
import { isDone, isUnderWay, madeBy, notLive } from './world/live.ts';
import { definitionOf, imageOf } from './world/made.ts';

interface CreatedResource {
  readonly id: string;
  readonly run: Run;
  readonly call: Call;
}

/**
 * "Twice is once": one effect for each time that it was requested, however often a run is cut off and run
 * again.
 */
export const twiceBreaches = (evidence: Evidence): readonly Breach[] =>
  [
    ...deployments(evidence),
    ...(evidence.runs.some((run) => run.asked.operation === 'deploy') ? revisions(evidence) : []),
    ...tasks(evidence),
  ].map((what) => ({ kind: 'duplicate', what }));

const madeIn = (run: Run, pattern: RegExp): readonly CreatedResource[] =>
  run.calls.flatMap((call) => call.made.filter((id) => pattern.test(id)).map((id) => ({ id, run, call })));

/** The runs of each CI run that do the same. */
const steps = ({ runs }: Evidence): readonly (readonly Run[])[] => [
  ...Map.groupBy(runs, (run) => `${run.origin} ${run.asked.operation}`).values(),
];

function deployments(evidence: Evidence): readonly string[] {
  return steps(evidence).flatMap((runs) => {
    const made = runs
      .flatMap((run) => madeIn(run, /^(?:ecs-svc\/|d-)/))
      // What takes a failed deployment back is of another version.
      .filter(({ id, run, call }) => isRequested(evidence, run, id, call));
    return made.flatMap((later, index) => {
      const earlier = made[index - 1];
      return earlier && !mayFollow(evidence, earlier, later)
        ? [`${later.id} was made after ${earlier.id}, which is ${standing(evidence, earlier, later)}`]
        : [];
    });
  });
}

function isRequested(evidence: Evidence, run: Run, id: string, call: Call): boolean {
  if (run.asked.operation !== 'deploy') return true;
  if (id.startsWith('d-')) return imageOf(evidence, id) === run.asked.image;
  const state = evidence.history.find((one) => one.at >= call.at && entryOf(one, id));
  return !state || evidence.images[entryOf(state, id)!.taskDefinition ?? ''] === run.asked.image;
}

const entryOf = ({ service }: Snapshot, id: string) =>
  [...(service?.deployments ?? []), ...(service?.taskSets ?? [])].find((one) => one.id === id);

function mayFollow(evidence: Evidence, earlier: CreatedResource, later: CreatedResource): boolean {
  const before = stateBefore(evidence, later);
  if (isGivenUp(before, earlier.id)) return true;
  const isLive = isPrimary(before, earlier.id) && notLive(before, earlier.id, evidence.history) === undefined;
  const isOver = isLive || !isDeploymentInFlight(before, earlier.id);
  // It was green, and something has changed since, or is about to: what is in progress would replace it.
  if (isOver && (!isLive || isUnderWay(before))) return true;
  if (wasTakenBackSince(evidence, before, earlier.id)) return true;
  // "What was forced, a new attempt does again", once the one before has come to a verdict.
  const between = evidence.runs.slice(evidence.runs.indexOf(earlier.run), evidence.runs.indexOf(later.run));
  const ended = between.filter((run) => run.origin === later.run.origin && !isCutOff(run));
  const isGreen = ended.some((run) => run.said?.exitCode === 0);
  if (later.run.asked.force === true && ended.length > 0 && (isOver || isGreen)) return true;
  const apart = later.call.at - earlier.call.at;
  if (apart > grace + evidence.behind || wasShown(earlier, later)) return false;
  // What a run before it has just made it may not see yet; what it has made itself it looks for as long as the page has
  // reads be late.
  return earlier.run !== later.run || (evidence.behind > grace && apart >= grace);
}

/**
 * Someone deployed the same definition after it, and that was stopped or rolled back: docs/truth.md allows no `NOOP`
 * then.
 */
function wasTakenBackSince(evidence: Evidence, state: Snapshot, id: string): boolean {
  const newest = newestOf(state);
  if (!newest || idOf(newest) === id || !/^(?:STOP|ROLLBACK)/.test(newest.status ?? '')) return false;
  const definition = entryOf(state, id)?.taskDefinition;
  return definition !== undefined && definitionOf(evidence, idOf(newest)) === definition;
}

const isPrimary = (state: Snapshot, id: string): boolean =>
  entryOf(state, id)?.status === 'PRIMARY' || madeBy(state, id)?.status === 'PRIMARY';

const stateBefore = ({ history }: Evidence, { call }: CreatedResource): Snapshot =>
  call.before ?? asOf(history, call.at);

/** Before the write: what follows may come at the same millisecond. */
const callsBefore = ({ run, call }: CreatedResource) => run.calls.slice(0, run.calls.indexOf(call));

const shows = ({ answer }: Call, id: string) => JSON.stringify(answer ?? '').includes(id);

const wasShown = ({ id }: CreatedResource, later: CreatedResource): boolean =>
  callsBefore(later).some((one) => shows(one, id));

/** A list of all tasks of the cluster does not show who has started one: "a read that shows the write" is by `startedBy`. */
const wasListed = ({ id }: CreatedResource, later: CreatedResource): boolean =>
  callsBefore(later).some(
    (one) => (one.operation !== 'ListTasks' || one.input.startedBy !== undefined) && shows(one, id),
  );

function isGivenUp(state: Snapshot, id: string): boolean {
  if (state.service?.status !== 'ACTIVE') return true;
  if (id.startsWith('d-'))
    return state.codeDeploy.some(
      ({ info }) => info.deploymentId === id && ['Failed', 'Stopped'].includes(info.status ?? ''),
    );
  if (controllerOf(state) !== 'ECS') {
    const own = entryOf(state, id);
    // One that someone has scaled to nothing, or that was itself replaced, is no longer in progress.
    const isAside = own !== undefined && 'scale' in own && own.scale?.value === 0;
    const primary = primarySetOf(state);
    const isReplaced = primary !== undefined && own !== undefined && primary.createdAt! > own.createdAt!;
    return own === undefined || own.status === 'DRAINING' || isAside || isReplaced;
  }
  return /^(?:STOPPED|ROLLBACK)/.test(serviceDeploymentOf(state, id)?.status ?? '');
}

function isDeploymentInFlight(state: Snapshot, id: string): boolean {
  if (id.startsWith('d-'))
    return state.codeDeploy.some(({ info }) => info.deploymentId === id && !isDone(info));
  if (controllerOf(state) !== 'ECS') return entryOf(state, id)?.status === 'ACTIVE';
  return ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'].includes(serviceDeploymentOf(state, id)?.status ?? '');
}

function standing(evidence: Evidence, earlier: CreatedResource, later: CreatedResource): string {
  const before = stateBefore(evidence, later);
  return isDeploymentInFlight(before, earlier.id) ? 'in flight' : 'live';
}

/** Revisions of one content that a step has registered. */
function revisions(evidence: Evidence): readonly string[] {
  return steps(evidence).flatMap((runs) => {
    const made = runs
      .filter((run) => run.asked.operation === 'deploy')
      .flatMap((run) => madeIn(run, /:task-definition\//))
      .filter(({ id, run }) => evidence.images[id] === run.asked.image);
    const isByEcs = made.some(({ call }) => call.operation !== 'RegisterTaskDefinition');
    // What someone else registered in between is what a run compares with.
    const isAgain = made.some(
      ({ id }, index) => index > 0 && numberOf(id) === numberOf(made[index - 1]!.id) + 1,
    );
    return isAgain && !isByEcs ? [`${made.length} revisions of the same content were registered`] : [];
  });
}

function tasks(evidence: Evidence): readonly string[] {
  const attempts = Map.groupBy(
    evidence.runs.filter(({ asked }) => asked.operation === 'run-task' || asked.taskBefore),
    (run) => `${run.origin} ${run.attempt}`,
  );
  const tooMany = [...attempts.values()].flatMap((runs) => {
    const made = runs.flatMap((run) => madeIn(run, /:task\//));
    const { operation, count = 1 } = runs[0]!.asked;
    const wanted = operation === 'run-task' ? count : 1;
    return made.length > wanted ? [`${made.length} tasks were started where ${wanted} were asked for`] : [];
  });
  return [...tooMany, ...tasksBeside(evidence)];
}

/** No attempt starts a task while one of an earlier attempt runs. */
function tasksBeside(evidence: Evidence): readonly string[] {
  const of = new Map(evidence.tasks.map((task) => [task.taskArn, task]));
  return steps(evidence).flatMap((runs) => {
    const made = runs.flatMap((run) => madeIn(run, /:task\//));
    return made.flatMap((later, index) => {
      const beside = made.slice(0, index).find((earlier) => {
        const task = of.get(earlier.id);
        if (earlier.run.attempt === later.run.attempt || !task) return false;
        const mayBeUnseen = later.call.at - earlier.call.at <= grace + evidence.behind;
        return isInFlight(task, later.call.at) && !(mayBeUnseen && !wasListed(earlier, later));
      });
      return beside ? [`${later.id} was started while ${beside.id} of an earlier attempt ran`] : [];
    });
  });
}

const numberOf = (revision: string): number => Number(revision.replace(/^.*:/, ''));

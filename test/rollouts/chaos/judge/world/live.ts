import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Deployment, Service, TaskSet } from '@aws-sdk/client-ecs';
import type { Snapshot } from '../evidence.ts';
import {
  asOf,
  between,
  controllerOf,
  isOver,
  newestOf,
  primaryOf,
  primarySetOf,
  rolledBackTo,
  serviceDeploymentOf,
} from './history.ts';

/** The result of checking a rule against the world: what contradicts it, or undefined where it holds. */
export type Problem = string | undefined;

/**
 * "Alive": at least the minimum healthy part of the desired count runs, and never fewer than one task; the desired
 * count is the one at completion or the one now, whichever is smaller.
 */
function deadProblem(service: Service, running: number | undefined, atCompletion: number): Problem {
  const desired = Math.min(service.desiredCount ?? 0, atCompletion);
  const percent = service.deploymentConfiguration?.minimumHealthyPercent ?? 100;
  const least = desired === 0 ? 0 : Math.max(1, Math.ceil((desired * percent) / 100));
  return (running ?? 0) >= least ? undefined : `${running ?? 0} of ${desired} tasks run`;
}

/** "Complete", of the PRIMARY deployment. */
export function isComplete(state: Snapshot, primary: Deployment): boolean {
  const newest = newestOf(state);
  if (newest) {
    const own = serviceDeploymentOf(state, primary.id!);
    if (newest === own) return newest.status === 'SUCCESSFUL';
    // A rollback makes an old id PRIMARY again.
    if (rolledBackTo(newest) === primary.id) return newest.status === 'ROLLBACK_SUCCESSFUL';
  }
  if (primary.rolloutState !== undefined) return primary.rolloutState === 'COMPLETED';
  // Behind a Classic Load Balancer, with nothing else to tell.
  const isAlone = state.service?.deployments?.length === 1;
  return isAlone && primary.runningCount === primary.desiredCount && primary.pendingCount === 0;
}

const serviceProblem = ({ service }: Snapshot): Problem =>
  service?.status === 'ACTIVE' ? undefined : `the service is ${service?.status ?? 'not there'}`;

/** Rolling, blue/green, linear, canary and Express: why the deployment of this id is not live. */
function deploymentProblem(state: Snapshot, id: string, history: readonly Snapshot[]): Problem {
  const { service } = state;
  const own = service?.deployments?.find((one) => one.id === id);
  const record = serviceDeploymentOf(state, id);
  const primary = primaryOf(state);
  if (primary?.id !== id) {
    if (record?.status !== 'SUCCESSFUL') return `${id} is ${record?.status ?? 'unknown'}, not PRIMARY`;
    // "A deployment that another one replaced after it was SUCCESSFUL is green while its tasks still run."
    return (own?.runningCount ?? 0) > 0 || service?.desiredCount === 0
      ? undefined
      : `${id} was replaced, and runs nothing`;
  }
  if (!isComplete(state, primary))
    return `${id} is not complete: ${record?.status ?? primary.rolloutState ?? 'no state'}`;
  const completedAt = record?.finishedAt?.getTime() ?? state.at;
  return deadProblem(service!, own?.runningCount, asOf(history, completedAt).service?.desiredCount ?? 0);
}

/** "Our task set is PRIMARY and at STEADY_STATE with its scale", and something of it runs. */
export function taskSetProblem(state: Snapshot, set: TaskSet | undefined): Problem {
  if (set?.status !== 'PRIMARY') return `the task set is ${set?.status ?? 'gone'}`;
  if (set.stabilityStatus !== 'STEADY_STATE') return `the task set is ${set.stabilityStatus}`;
  if (set.scale?.value === 0) return 'the task set has no share of the desired count';
  if (state.service?.desiredCount === 0) return undefined;
  return (set.runningCount ?? 0) > 0 ? undefined : 'the task set runs nothing';
}

/**
 * "The task sets that were to go: those that had the traffic when ours was made, or since, and those that
 * other runs have left". One that someone else keeps next to them is not touched.
 */
function externalProblem(state: Snapshot, id: string, history: readonly Snapshot[]): Problem {
  const own = state.service?.taskSets?.find((one) => one.id === id);
  const problem = taskSetProblem(state, own);
  if (problem) return problem;
  const older = state.service?.taskSets?.find(
    (one) =>
      one.status !== 'DRAINING' &&
      one.createdAt! < own!.createdAt! &&
      (isBegun(one) ||
        between(history, own!.createdAt!.getTime(), state.at).some(
          (then) => primarySetOf(then)?.id === one.id,
        )),
  );
  return older && `the older task set ${older.id} is still there`;
}

/** The task set of a deployment in CodeDeploy. */
export const madeBy = (state: Snapshot, deploymentId: string): TaskSet | undefined =>
  state.service?.taskSets?.find((one) => one.externalId === deploymentId);

function codeDeployProblem(state: Snapshot, id: string): Problem {
  const info = state.codeDeploy.find((one) => one.info.deploymentId === id)?.info;
  if (info?.status !== 'Succeeded') return `${id} is ${info?.status ?? 'unknown'}`;
  if (info.rollbackInfo?.rollbackDeploymentId) return `${id} was rolled back`;
  const own = madeBy(state, id);
  // Replaced by a later deployment after it has Succeeded.
  const isReplaced = state.codeDeploy.some((one) => one.info.createTime! > info.completeTime!);
  if (isReplaced && (own?.runningCount ?? 0) > 0) return undefined;
  return taskSetProblem(state, own);
}

/** Why the deployment of this id is not what serves, to its end: undefined where it is live. */
export function notLive(state: Snapshot, id: string, history: readonly Snapshot[]): Problem {
  const problem = serviceProblem(state);
  if (problem) return problem;
  switch (controllerOf(state)) {
    case 'CODE_DEPLOY':
      return id.startsWith('d-') ? codeDeployProblem(state, id) : externalProblem(state, id, history);
    case 'EXTERNAL':
      return externalProblem(state, id, history);
    default:
      return deploymentProblem(state, id, history);
  }
}

const stages = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
];

/** Why a deployment has not come as far as `wait-until` says, which is short of completed. */
export function notThere(state: Snapshot, id: string, until: string, history: readonly Snapshot[]): Problem {
  if (notLive(state, id, history) === undefined) return undefined;
  if (controllerOf(state) === 'CODE_DEPLOY') return eventProblem(state, id, until);
  const record = serviceDeploymentOf(state, id);
  if (record?.status !== 'IN_PROGRESS') return `${id} is ${record?.status ?? 'unknown'}`;
  const wanted = until === 'traffic-shifted' ? 'PRODUCTION_TRAFFIC_SHIFT' : until.replace(/^stage:/, '');
  const stage = stages.indexOf(record.lifecycleStage ?? '');
  if (stage < stages.indexOf(wanted)) return `${id} is at ${record.lifecycleStage}`;
  if (until === 'traffic-shifted' && record.targetServiceRevision?.requestedProductionTrafficWeight !== 100)
    return `${id} has not all of the traffic`;
  if (stage < stages.indexOf('POST_SCALE_UP')) return undefined;
  const own = state.service?.deployments?.find((one) => one.id === id);
  return deadProblem(state.service!, own?.runningCount, state.service?.desiredCount ?? 0);
}

/** "The lifecycle event that `wait-until` names succeeded while nothing failed or was stopped." */
function eventProblem(state: Snapshot, id: string, until: string): Problem {
  const found = state.codeDeploy.find((one) => one.info.deploymentId === id);
  if (!found) return `${id} is unknown`;
  if (['Failed', 'Stopped'].includes(found.info.status ?? '')) return `${id} is ${found.info.status}`;
  const events = found.target.lifecycleEvents ?? [];
  if (events.some((one) => one.status === 'Failed')) return `an event of ${id} failed`;
  const name = until === 'traffic-shifted' ? 'AllowTraffic' : until.replace(/^codedeploy:/, '');
  const event = events.find((one) => one.lifecycleEventName === name);
  if (event?.status !== 'Succeeded' && event?.status !== 'Skipped') return `${name} is ${event?.status}`;
  return /^(?:After)?AllowTraffic$/.test(name) ? taskSetProblem(state, madeBy(state, id)) : undefined;
}

/** Whether a pause is waiting for approval: a hook AWAITING_ACTION, or CodeDeploy Ready. */
export function isPaused(state: Snapshot, id: string | undefined): boolean {
  if (controllerOf(state) === 'CODE_DEPLOY')
    return state.codeDeploy.some(({ info }) => info.status === 'Ready' && (!id || info.deploymentId === id));
  return state.serviceDeployments.some(
    (one) =>
      !isOver(one) && one.lifecycleHookDetails?.some((hook) => hook.status === 'AWAITING_ACTION') === true,
  );
}

/** A task set that a run of Landfall has made, and that is not live yet, or no longer. */
export const isBegun = ({ status, externalId }: TaskSet): boolean =>
  status === 'ACTIVE' && externalId?.startsWith('landfall/') === true;

/** Of a deployment in CodeDeploy: no status follows. */
export const isDone = ({ status }: DeploymentInfo): boolean =>
  ['Succeeded', 'Failed', 'Stopped'].includes(status ?? '');

/** Whether a deployment is in progress, under any controller. */
export function isUnderWay(state: Snapshot): boolean {
  switch (controllerOf(state)) {
    case 'CODE_DEPLOY':
      return state.codeDeploy.some(({ info }) => !isDone(info));
    case 'EXTERNAL':
      // A task set that someone else made, and that never had the traffic, stays: a canary looks the same
      // forever.
      return state.service?.taskSets?.some(isBegun) === true;
    default: {
      const newest = newestOf(state);
      return newest ? !isOver(newest) : primaryOf(state)?.rolloutState === 'IN_PROGRESS';
    }
  }
}

/** The revision that is PRIMARY, complete and alive. */
export function liveRevision(state: Snapshot): string | undefined {
  if (serviceProblem(state)) return undefined;
  if (controllerOf(state) !== 'ECS') {
    const primary = primarySetOf(state);
    return taskSetProblem(state, primary) ? undefined : primary?.taskDefinition;
  }
  const primary = primaryOf(state);
  if (!primary || !isComplete(state, primary)) return undefined;
  const desired = state.service?.desiredCount ?? 0;
  return deadProblem(state.service!, primary.runningCount, desired) ? undefined : primary.taskDefinition;
}

/**
 * docs/truth.md, SUPERSEDED: "an id that is new and not ours is PRIMARY, or was (it may have been rolled
 * back since)."
 */
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import {
  controllerOf,
  grace,
  idOf,
  newestOf,
  primaryOf,
  primarySetOf,
  serviceDeploymentOf,
} from '../world/history.ts';
import { claimedBy, imageOf, ours } from '../world/made.ts';

export function isSuperseded(evidence: Evidence, run: Run, state: Snapshot, id: string | undefined): boolean {
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
 * "An answer that shows what somebody else made in the same moment, of the same revision, cannot be told from
 * one that shows one's own."
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
export function isReplaced(
  { images }: Evidence,
  state: Snapshot,
  { image, revision }: Run['asked'],
): boolean {
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

/**
 * Red may take for its own what someone else made of the same version in the same moment, and which ended so.
 */
export function tookAnothersForIts(
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

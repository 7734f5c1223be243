/**
 * docs/truth.md, ROLLED_BACK: "our service deployment is ROLLBACK_*; or our deployment FAILED or is gone and
 * PRIMARY has an id from before the write, or its reason says that it is rolling back."
 */

import type { TaskSet } from '@aws-sdk/client-ecs';
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import { controllerOf, newestOf, primaryOf, primarySetOf, serviceDeploymentOf } from '../world/history.ts';
import { liveRevision } from '../world/live.ts';
import { begins, claimedBy, imageOf, makes, ours } from '../world/made.ts';
import { tookAnothersForIts } from './superseded.ts';

export function wasRolledBack(
  evidence: Evidence,
  run: Run,
  state: Snapshot,
  id: string | undefined,
): boolean {
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

/** What the run itself has created to roll back one of several services that was live. */
function madeToGoBack(evidence: Evidence, run: Run): string | undefined {
  // A write whose answer was lost is sent again, and makes nothing then.
  const [made] = run.calls.findLast((call) => makes(call) && begins.test(call.operation))?.made ?? [];
  if (run.service === undefined || made === undefined || made === claimedBy(run)) return undefined;
  // Of the version that was to go live it goes nowhere back.
  return imageOf(evidence, made) === run.asked.image ? undefined : made;
}

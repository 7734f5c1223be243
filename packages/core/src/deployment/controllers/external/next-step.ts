import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { absenceTime, settleTime } from '../../../ecs/eventual-consistency.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { startedSince } from '../../report/started-since.ts';
import type { Rollout } from '../../rollout/rollout.ts';
import type { Terms } from '../../rollout/wait-conditions.ts';
import { isTaskSetLive, scaleOf } from '../../rules/task-set.ts';
import { scaled } from '../../verdict/decide-scaling.ts';
import { hopeless } from '../../verdict/hopeless.ts';
import { deleted, liveSentence } from '../../verdict/live-revision.ts';
import { outOfTime } from '../../verdict/time-limits.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { Watch } from '../../watch/watch.ts';
import { goesFor, timeOf } from './plan.ts';

/** What is to be done now. */
export type Next =
  | { readonly do: 'wait' }
  /** `unnamed` is what it replaces although its external id does not name it. */
  | { readonly do: 'make-primary'; readonly taskSet: TaskSet; readonly unnamed: readonly TaskSet[] }
  | { readonly do: 'delete'; readonly taskSets: readonly TaskSet[] }
  /** Take ours away again, and tell this verdict, or ROLLED_BACK where something else is live. */
  | { readonly do: 'give-up'; readonly verdict: Verdict }
  | { readonly do: 'end'; readonly verdict: Verdict };

/**
 * Who takes the steps. `deploy`: this run, with a task set that was made for it. `hand-over`: this run, back
 * to a task set that ran before. `watch`: someone else.
 */
export type Part = 'deploy' | 'hand-over' | 'watch';

/** The task sets as they were last read, and what the reads before have shown. */
export interface SeenSets {
  readonly part: Part;
  readonly sets: readonly TaskSet[];
  /**
   * In a rollback: the task sets that are to go, by id. Those that came after it began are someone else's.
   */
  readonly toGo?: ReadonlySet<string> | undefined;
  /** The desired count that this run has set: live is only what a read with this count shows. */
  readonly desiredCount?: number | undefined;
  /** Others that a read has shown as the primary one before ours was. */
  readonly hadTraffic?: ReadonlySet<string> | undefined;
  /** The service carries a tag that tells a later run of those. */
  readonly isNoted?: boolean | undefined;
  /** When ours was last asked to become the primary one; monotonic milliseconds. */
  readonly askedAt?: number | undefined;
  /** An answer or a read has shown ours as the primary one. */
  readonly wasPrimary?: boolean | undefined;
  /** Since when another one is PRIMARY although ours was; monotonic milliseconds. */
  readonly displacedSince?: number | undefined;
}

/**
 * The next step of a deployment by task sets, from the task sets alone: they show how far
 * it is, so a run that was killed is resumed where it was. ECS has no verdict here; live is: ours is PRIMARY
 * and live with its scale, and those that it replaces are gone, or on their way out. Pure.
 */
export function nextStep(seen: SeenSets, rollout: Rollout, terms: Terms): Next {
  const { part, sets } = seen;
  const { ours: id, service } = rollout;
  const gone = deleted(rollout, terms);
  if (gone) return { do: 'end', verdict: gone };
  const ours = sets.find((one) => one.id === id.deploymentId);
  const primary = sets.find((one) => one.status === 'PRIMARY');
  const since = ours ? timeOf(ours) : id.createdAt;
  const isOther = primary && primary.id !== id.deploymentId && !seen.toGo?.has(primary.id ?? '');
  if (isOther && timeOf(primary) > since) {
    // Until then it may be what ours has replaced in its turn.
    const isFresh = seen.askedAt === undefined || terms.now - seen.askedAt > settleTime;
    return isFresh ? { do: 'give-up', verdict: supersededBy(primary) } : stuck(rollout, terms);
  }
  if (!ours) {
    const isGone =
      rollout.unconfirmedSince !== undefined && terms.now - rollout.unconfirmedSince > absenceTime;
    return isGone
      ? end({ kind: 'STOPPED', reason: `task set ${id.deploymentId} is gone: someone deleted it` })
      : stuck(rollout, terms);
  }
  if (ours.status === 'DRAINING')
    return end({
      kind: 'STOPPED',
      reason: `task set ${id.deploymentId} is being deleted, not by this run`,
    });
  if (primary && seen.displacedSince !== undefined)
    return terms.now - seen.displacedSince > absenceTime
      ? end(takenBack(primary, ours))
      : stuck(rollout, terms);
  // An autoscaler may change the count again, later.
  const isCounted = seen.desiredCount === undefined || service?.desiredCount === seen.desiredCount;
  const isSet = isCounted || terms.now - rollout.startedAt > settleTime;
  const isLive = isSet && isTaskSetLive(ours, service) && (part === 'watch' || scaleOf(ours) === 100);
  // What already runs gets the traffic at once: the version to go must get no more requests.
  const isReady = part === 'hand-over' || isLive;
  if (!isReady) return stuck(rollout, terms, ours);
  const standing = setsToGo(seen, ours, rollout).filter((one) => one.status !== 'DRAINING');
  if (ours.status !== 'PRIMARY') {
    // A rollback has a mark of its own.
    const unnamed = part === 'deploy' && !seen.toGo ? standing.filter((one) => !goesFor(one, ours)) : [];
    return { do: 'make-primary', taskSet: ours, unnamed };
  }
  if (standing.length > 0) return { do: 'delete', taskSets: standing };
  const verdict = isLive ? scaled(live(ours, seen, rollout), rollout, terms) : undefined;
  return verdict ? end(verdict) : stuck(rollout, terms, ours);
}

/** A task set that someone else made, and that did not have the traffic, stays. */
const setsToGo = (
  { part, sets, toGo, hadTraffic }: SeenSets,
  ours: TaskSet,
  { ours: { previous } }: Rollout,
) =>
  sets.filter((one) => {
    // What a rollback has made is newer than all that is to go, whether a read has shown that by then or not.
    if (toGo) return toGo.has(one.id ?? '') || (part === 'deploy' && timeOf(one) < timeOf(ours));
    const isOlder = timeOf(one) <= timeOf(ours);
    return (isOlder && hadTraffic?.has(one.id ?? '')) || goesFor(one, ours, previous?.deploymentId);
  });

export const supersededBy = (primary: TaskSet): Verdict => ({
  kind: 'SUPERSEDED',
  reason: `superseded by task set ${primary.id} of ${named(primary)}`,
  ...liveOf(primary),
});

/** Someone else is working on it: nothing that they may need is deleted. */
const takenBack = (primary: TaskSet, ours: TaskSet): Verdict => ({
  kind: 'ROLLED_BACK',
  reason: `someone made task set ${primary.id} of ${named(primary)} primary again; task set ${ours.id} is still running alongside it`,
  remedy: `Find out who did this and why. Delete task set ${ours.id}, or redeploy.`,
  ...liveOf(primary),
});

/** Nothing to do but to wait, unless waiting is over. */
export function stuck(rollout: Rollout, terms: Terms, ours?: TaskSet): Next {
  const verdict = hopeless(rollout, terms) ?? outOfTime(rollout, terms);
  if (!verdict) return { do: 'wait' };
  const scale = ours ? scaleOf(ours) : 100;
  const scaled = scale < 100 ? `; someone scaled it to ${scale} % of the desired count` : '';
  return { do: 'give-up', verdict: { ...verdict, reason: `${verdict.reason}${scaled}` } };
}

/**
 * What is left of a step for a run that did not create our task set: a verdict undoes nothing, and a run that
 * only watches changes nothing else either.
 */
export function asPart(next: Next, part: Part, rollout: Rollout, terms: Terms): Next {
  if (part === 'deploy') return next;
  if (next.do === 'give-up')
    return { do: 'end', verdict: part === 'watch' ? watched(next.verdict, rollout) : next.verdict };
  const isStep = next.do === 'make-primary' || next.do === 'delete';
  return part === 'watch' && isStep ? asPart(stuck(rollout, terms), part, rollout, terms) : next;
}

const watched = (verdict: Verdict, { ours }: Rollout): Verdict =>
  verdict.kind === 'SUPERSEDED'
    ? verdict
    : {
        remedy: `This step changes nothing. Whatever deploys task set ${ours.deploymentId} must resume it; with Landfall, run deploy-service again.`,
        ...verdict,
      };

const named = (one: TaskSet) => shortTaskDefinition(one.taskDefinition);
const end = (verdict: Verdict): Next => ({ do: 'end', verdict });
const liveOf = ({ taskDefinition: live }: TaskSet) => (live === undefined ? {} : { live });

/** Tasks that are stopping do not count as what is to go; they are named. So is what a rollback leaves to others. */
function live(ours: TaskSet, { sets, part, toGo }: SeenSets, { everRan, service }: Rollout): Verdict {
  const draining = sets
    .filter((one) => one.id !== ours.id && one.status === 'DRAINING')
    .map((one) => `; task set ${one.id} of ${named(one)} is still being drained`);
  const sentence = liveSentence(ours.taskDefinition, (service?.desiredCount ?? 0) > 0, everRan);
  const since = sets.filter(
    (one) =>
      one.status === 'ACTIVE' &&
      !toGo?.has(one.id ?? '') &&
      (part === 'deploy' || timeOf(one) > timeOf(ours)),
  );
  return {
    kind: 'SUCCEEDED',
    reason: `${sentence}${draining.join('')}`,
    ...(toGo && since.length > 0 && { notice: startedSince(since) }),
    ...liveOf(ours),
  };
}

/** A watch of a deployment by task sets, with the task sets as they were last read. */
export interface ExternalWatch extends Watch {
  /** Whatever is not in the task sets: the service as it was read before. */
  readonly base: Service;
  seen: SeenSets;
  /** It was asked to become the primary one, and no later read has shown whether it did. */
  mayBePrimary: boolean;
}

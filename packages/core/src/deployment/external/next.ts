import type { TaskSet } from '@aws-sdk/client-ecs';
import { deleted } from '../deleted.ts';
import { hopeless, outOfTime } from '../limits.ts';
import { liveSentence } from '../live.ts';
import { type Rollout, shortTaskDefinition } from '../rollout.ts';
import type { Terms } from '../terms.ts';
import type { Verdict } from '../verdict.ts';
import { isSteady, timeOf } from './plan.ts';

/** What is to be done now. */
export type Next =
  | { readonly do: 'wait' }
  | { readonly do: 'make-primary'; readonly taskSet: TaskSet }
  | { readonly do: 'delete'; readonly taskSets: readonly TaskSet[] }
  /** Take ours away again, and tell this verdict, or ROLLED_BACK where something else is live. */
  | { readonly do: 'give-up'; readonly verdict: Verdict }
  | { readonly do: 'end'; readonly verdict: Verdict };

/**
 * The next step of a deployment by task sets, from the task sets alone: whoever reads them knows how far it is, so
 * a run that was killed is taken up where it was. ECS has no verdict here; live is: ours is PRIMARY and steady, and
 * the older ones are gone. Pure.
 */
export function nextStep(sets: readonly TaskSet[], rollout: Rollout, terms: Terms): Next {
  const { ours: id } = rollout;
  const gone = deleted(rollout);
  if (gone) return { do: 'end', verdict: gone };
  const ours = sets.find((one) => one.id === id.deploymentId);
  const primary = sets.find((one) => one.status === 'PRIMARY');
  const since = ours ? timeOf(ours) : id.createdAt;
  if (primary && primary.id !== id.deploymentId && timeOf(primary) > since)
    return end('SUPERSEDED', `task set ${primary.id} of ${named(primary)} replaced ours`);
  if (!ours) {
    const isGone =
      rollout.unconfirmedSince !== undefined && terms.now - rollout.unconfirmedSince > terms.grace;
    return isGone
      ? end('STOPPED', `task set ${id.deploymentId} is gone: somebody deleted it`)
      : stuck(rollout, terms);
  }
  if (ours.status === 'DRAINING')
    return end('STOPPED', `task set ${id.deploymentId} is being deleted, not by this run`);
  const older = sets.filter((one) => one.id !== ours.id && timeOf(one) <= since);
  if (!isSteady(ours)) return stuck(rollout, terms);
  if (ours.status !== 'PRIMARY') return { do: 'make-primary', taskSet: ours };
  if (older.length === 0) return live(ours, rollout);
  const standing = older.filter((one) => one.status !== 'DRAINING');
  return standing.length > 0 ? { do: 'delete', taskSets: standing } : stuck(rollout, terms);
}

/** Nothing to do but to wait, unless waiting is over. */
export function stuck(rollout: Rollout, terms: Terms): Next {
  const verdict = hopeless(rollout, terms) ?? outOfTime(rollout, terms);
  return verdict ? { do: 'give-up', verdict } : { do: 'wait' };
}

/** What is left of a step to one who changes nothing: the steps are somebody else's, and a verdict takes nothing back. */
export function onlyWatching(next: Next, rollout: Rollout, terms: Terms): Next {
  if (next.do === 'give-up') {
    const { ours } = rollout;
    const remedy = `This step changes nothing. Whoever deploys task set ${ours.deploymentId} goes on with it: with Landfall, run deploy-service again.`;
    return { do: 'end', verdict: { remedy, ...next.verdict } };
  }
  if (next.do !== 'make-primary' && next.do !== 'delete') return next;
  const left = stuck(rollout, terms);
  return left.do === 'give-up' ? onlyWatching(left, rollout, terms) : left;
}

const named = (one: TaskSet) => shortTaskDefinition(one.taskDefinition);
const end = (kind: Verdict['kind'], reason: string): Next => ({ do: 'end', verdict: { kind, reason } });

function live(ours: TaskSet, { everRan }: Rollout): Next {
  const reason = liveSentence(ours.taskDefinition, (ours.computedDesiredCount ?? 0) > 0, everRan);
  return {
    do: 'end',
    verdict: {
      kind: 'SUCCEEDED',
      reason,
      ...(ours.taskDefinition !== undefined && { live: ours.taskDefinition }),
    },
  };
}

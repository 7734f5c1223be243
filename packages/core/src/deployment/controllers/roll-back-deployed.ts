import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Run } from '../follow/run.ts';
import type { Outcome } from '../report/outcome.ts';
import type { Controlled } from './controller.ts';
import type { Noted, ServiceToDeploy } from './deploy-services.ts';
import { asBefore, findEarlier } from './marks/deployed-mark.ts';
import { isPrimary } from './marks/known-again.ts';
import { afterRollBack, rollBackTo } from './roll-back.ts';

/**
 * Rolls back what this run has deployed to a service, because something else failed; what it has not, stays.
 * @param why completes "because …"; by default, another service failed
 */
export async function rollBackDeployed(
  run: Run,
  one: ServiceToDeploy,
  outcome: Outcome,
  noted: Noted,
  why?: string,
): Promise<Outcome> {
  const kept = whyKept(one, outcome, noted);
  if (kept !== undefined) run.world.host.log.notice(`${one.target.name} is not rolled back: ${kept}`);
  if (kept !== undefined || one.target.isAbsent) return outcome;
  const deployed = await findDeployed(run, one, outcome, noted);
  if (!deployed) return outcome;
  const { controlled, done } = deployed;
  return afterRollBack(done, await rollBackTo(run, controlled, done, one.wait, one.settings), why);
}

/** What is live, and not to be rolled back. */
function whyKept(one: ServiceToDeploy, { status, ours }: Outcome, noted: Noted): string | undefined {
  const { target } = one;
  if (target.isAbsent) return status === 'deployed' ? 'this run created it' : undefined;
  return noted.get(one)?.isAnothers && ours && isPrimary(target, ours.deploymentId)
    ? `this run did not create deployment ${ours.deploymentId} of ${shortTaskDefinition(ours.taskDefinition)}`
    : undefined;
}

/** What this run has deployed, in this attempt or in an earlier one, and the service as it was before that. */
async function findDeployed(
  run: Run,
  one: ServiceToDeploy,
  outcome: Outcome,
  noted: Noted,
): Promise<{ readonly controlled: Controlled; readonly done: Outcome } | undefined> {
  const isUnchanged = outcome.status === 'unchanged';
  const isDeployed = outcome.status === 'deployed';
  const mark = noted.get(one)?.earlier ?? (isUnchanged ? await findEarlier(run, one) : undefined);
  if (mark && outcome.ours && (isDeployed || isUnchanged)) {
    const { target, ours } = asBefore(one.target, outcome.ours, mark);
    return {
      controlled: { target, controller: one.controller },
      done: { ...outcome, status: 'deployed', ours },
    };
  }
  return isDeployed ? { controlled: one, done: outcome } : undefined;
}

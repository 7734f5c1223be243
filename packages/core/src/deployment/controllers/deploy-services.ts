import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { asLandfallError } from '../../errors/as-landfall-error.ts';
import type { Registration } from '../../task-definition/register.ts';
import type { Run } from '../follow/run.ts';
import { mustRollBack } from '../inputs/rollback-on-input.ts';
import type { Settings } from '../plan/plan-types.ts';
import { failedToStart, type Outcome } from '../report/outcome.ts';
import type { OnStarted } from '../rollout/rollout.ts';
import type { WaitOptions } from '../rollout/wait-conditions.ts';
import type { Controlled } from './controller.ts';
import { deployTo } from './deploy.ts';
import type { Before } from './marks/deployed-mark.ts';
import { isPrimary } from './marks/known-again.ts';

/** A service with what is deployed to it, and how. */
export interface ServiceToDeploy extends Controlled {
  readonly registration: Registration;
  readonly settings: Settings;
  readonly wait: WaitOptions;
  /** When this service is rolled back by itself: input `rollback-on`. */
  readonly rollbackOn: readonly string[];
}

/** What ran before each service was deployed, noted where others may make it go back. */
export type Noted = Map<ServiceToDeploy, Before>;

/**
 * One service to its verdict. Never rejects: a failure is an outcome.
 * @param noted undefined where nothing is to be rolled back because another service failed
 */
export async function deployToVerdict(
  run: Run,
  one: ServiceToDeploy,
  noted: Noted | undefined,
  onStarted: OnStarted = async () => {},
): Promise<Outcome> {
  const { target, controller, registration, settings, wait } = one;
  const deploy = async () => {
    // One that is created has no earlier version.
    const before = noted && !target.isAbsent ? await note(run, one, noted) : undefined;
    const steps = () =>
      deployTo(run, controller, target, registration, settings, wait, async (ours) => {
        await onStarted(ours);
        await before?.noteMade(ours.deploymentId);
      });
    if (settings.definition === undefined) return steps();
    const { deployDefinition } = await import('./deploy-definition.ts');
    return deployDefinition(run, target, settings.definition, settings, steps);
  };
  const outcome = await deploy().catch((thrown) =>
    failedToStart(target.cluster, target.name, asLandfallError(thrown)),
  );
  if (!outcome.error || !mustRollBack(outcome, one.rollbackOn)) return outcome;
  const { undo } = await import('./roll-back.ts');
  return undo(run, one, outcome, wait, { stopBefore: settings.stopBefore });
}

async function note(run: Run, one: ServiceToDeploy, noted: Noted): Promise<Before> {
  const { noteBefore } = await import('./marks/deployed-mark.ts');
  const before = await noteBefore(run, one, one.registration.arn);
  noted.set(one, before);
  return before;
}

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
  const { afterRollBack, rollBackTo } = await import('./roll-back.ts');
  const { asBefore, findEarlier } = await import('./marks/deployed-mark.ts');
  const { target, controller, wait, settings } = one;
  if (target.isAbsent) {
    if (outcome.status === 'deployed')
      run.world.host.log.notice(`${target.name} is not rolled back: this run created it`);
    return outcome;
  }
  const isUnchanged = outcome.status === 'unchanged';
  const before = noted.get(one);
  if (before?.isAnothers && outcome.ours && isPrimary(target, outcome.ours.deploymentId)) {
    const { deploymentId, taskDefinition } = outcome.ours;
    run.world.host.log.notice(
      `${target.name} is not rolled back: this run did not create deployment ${deploymentId} of ${shortTaskDefinition(taskDefinition)}`,
    );
    return outcome;
  }
  const mark = before?.earlier ?? (isUnchanged ? await findEarlier(run, one) : undefined);
  if (mark && outcome.ours && (outcome.status === 'deployed' || isUnchanged)) {
    const { target: then, ours } = asBefore(target, outcome.ours, mark);
    const done: Outcome = { ...outcome, status: 'deployed', ours };
    return afterRollBack(
      done,
      await rollBackTo(run, { target: then, controller }, done, wait, settings),
      why,
    );
  }
  return outcome.status === 'deployed'
    ? afterRollBack(outcome, await rollBackTo(run, one, outcome, wait, settings), why)
    : outcome;
}

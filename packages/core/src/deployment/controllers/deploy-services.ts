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

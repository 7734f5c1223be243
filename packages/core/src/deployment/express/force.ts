import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { ecsRecognition } from '../controllers/ecs/recognition.ts';
import { forceAnew } from '../controllers/force-decision.ts';
import { claimForce, type IsDue } from '../controllers/marks/force-once.ts';
import type { Run } from '../follow/run.ts';
import { lookOutside } from '../outside-change/look.ts';
import { callsForDeployment } from '../outside-change/on-outside-change.ts';
import { forcedReason } from '../plan/plan.ts';
import { failedToStart, type Outcome, withOutside } from '../report/outcome.ts';
import type { ClaimedTarget, OnOutsideChange } from '../service/read-service-targets.ts';
import type { Found } from './find.ts';
import type { ExpressValues } from './inputs.ts';
import { type LiveExpress, readExpress } from './live.ts';
import { type ExpressPlan, planExpressUpdate } from './plan.ts';

/**
 * At most one forced deployment per run, however often the run is killed and run again. What an earlier attempt has
 * forced counts only while a new deployment would start the same: a job that is run again may have pushed the tag
 * again.
 */
export async function forceExpressOnce(
  run: Run,
  found: Found & { kind: 'there' },
  plan: ExpressPlan,
  given: ExpressValues & { readonly forceNewDeployment: boolean; readonly onOutsideChange: OnOutsideChange },
  deploy: (
    found: Found,
    plan: ExpressPlan,
    noteMade: (deploymentId: string) => Promise<void>,
  ) => Promise<Outcome>,
): Promise<Outcome> {
  const { ecs, world } = run;
  const { forceNewDeployment, onOutsideChange } = given;
  const before = found.target;
  const runs = before.taskDefinition?.taskDefinition ?? {};
  const decision = forceNewDeployment ? forceAnew(run, before, runs, onOutsideChange) : undefined;
  const isDue: IsDue =
    decision?.isDue ??
    (async (now) => callsForDeployment(await lookOutside(now, ecs, world), onOutsideChange));
  const force = async () => {
    // Every deployment of an Express service has a task definition of its own.
    const claim = await claimForce(run, ecsRecognition, before, undefined, isDue);
    const { target } = claim;
    const next = claim.isForcing ? { plan } : await planUnforced(run, target, given);
    const outcome = await deploy({ ...found, ...next.live, target }, next.plan, claim.noteMade);
    claim.end(outcome);
    return outcome;
  };
  const outcome = await force().catch((thrown) =>
    failedToStart(before.cluster, before.name, asLandfallError(thrown)),
  );
  return withOutside(outcome, decision?.outsideChanges() ?? []);
}

/** What is to be done to the service as it is now, without force. */
async function planUnforced(
  { ecs, world }: Run,
  target: ClaimedTarget,
  given: ExpressValues,
): Promise<{ readonly plan: ExpressPlan; readonly live?: LiveExpress }> {
  if (target.forced?.kind === 'rolling-back')
    return { plan: { kind: 'adopt', reason: forcedReason(target) } };
  const reading = { ecs, clock: world.clock, signal: world.host.cancellation };
  const live = await readExpress(target.service, reading, false);
  return { plan: planExpressUpdate(given, target.service, live, false), live };
}

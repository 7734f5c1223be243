import { forceAnew } from '../controllers/deploy-outside-changes.ts';
import { ecsRecognition } from '../controllers/ecs/recognition.ts';
import { type Force, forceOnce } from '../controllers/marks/force-once.ts';
import type { Run } from '../follow/run.ts';
import { lookOutside } from '../outside-change/look.ts';
import { callsForDeployment } from '../outside-change/on-outside-change.ts';
import { forcedReason, forcedUndone } from '../plan/plan.ts';
import type { Outcome } from '../report/outcome.ts';
import type { OnOutsideChange } from '../service/read-service-targets.ts';
import type { Found } from './find.ts';
import type { ExpressValues } from './inputs.ts';
import { readExpress } from './live.ts';
import { type ExpressPlan, planExpressUpdate } from './plan.ts';

/**
 * At most one forced deployment per run, however often the run is killed and run again. What an earlier attempt has
 * forced counts only while a new deployment would start the same: a job that is run again may have pushed the tag
 * again.
 */
export function forceExpressOnce(
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
  // Every deployment of an Express service has a task definition of its own.
  const force: Force = (there, isDue) =>
    forceOnce(run, ecsRecognition, there, undefined, isDue, async (target, isForcing, noteMade) => {
      if (isForcing) return deploy({ ...found, target }, plan, noteMade);
      if (forcedUndone(target))
        return deploy({ ...found, target }, { kind: 'adopt', reason: forcedReason(target) }, noteMade);
      const reading = { ecs, clock: world.clock, signal: world.host.cancellation };
      const live = await readExpress(target.service, reading, false);
      const again = planExpressUpdate(given, target.service, live, false);
      return deploy({ ...found, ...live, target }, again, noteMade);
    });
  const { forceNewDeployment, onOutsideChange } = given;
  const { target } = found;
  return forceNewDeployment
    ? forceAnew(run, target, target.taskDefinition?.taskDefinition ?? {}, onOutsideChange, force)
    : force(target, async (now) => callsForDeployment(await lookOutside(now, ecs, world), onOutsideChange));
}

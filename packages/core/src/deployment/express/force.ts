import { forceOnce } from '../forcing.ts';
import type { Outcome } from '../outcome.ts';
import { lookOutside } from '../outside/look.ts';
import { callsForDeployment, type OnOutsideChange } from '../outside/on-outside-change.ts';
import type { Run } from '../run.ts';
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
  given: ExpressValues & { readonly onOutsideChange: OnOutsideChange },
  deploy: (found: Found, plan: ExpressPlan) => Promise<Outcome>,
): Promise<Outcome> {
  const { ecs, world } = run;
  // Every deployment of an Express service has a task definition of its own.
  return forceOnce(run, found.target, undefined, async (target) => {
    if (!target.isForced) return deploy({ ...found, target }, plan);
    const reading = { ecs, clock: world.clock, signal: world.host.cancellation };
    const live = await readExpress(target.service, reading, false);
    const outside = await lookOutside(target, ecs, world);
    const isDue = callsForDeployment(outside, given.onOutsideChange);
    const again = planExpressUpdate(given, target.service, live, isDue);
    return deploy({ ...found, ...live, target }, again);
  });
}

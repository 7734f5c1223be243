import { forceOnce } from '../forcing.ts';
import { standingOf } from '../moved-image.ts';
import type { Outcome } from '../outcome.ts';
import type { Run } from '../run.ts';
import type { Found } from './find.ts';
import type { ExpressValues } from './inputs.ts';
import { readExpress } from './live.ts';
import { type ExpressPlan, planExpressUpdate } from './plan.ts';

/**
 * At most one forced deployment per run, however often the run is killed and run again. What an earlier attempt has
 * forced counts only while the image is certainly the same: a job that is run again may have pushed the tag again.
 */
export function forceExpressOnce(
  run: Run,
  found: Found & { kind: 'there' },
  plan: ExpressPlan,
  given: ExpressValues,
  deploy: (found: Found, plan: ExpressPlan) => Promise<Outcome>,
): Promise<Outcome> {
  const { ecs, world } = run;
  // Every deployment of an Express service has a task definition of its own.
  return forceOnce(run, found.target, undefined, async (target) => {
    if (!target.isForced) return deploy({ ...found, target }, plan);
    const reading = { ecs, clock: world.clock, signal: world.host.cancellation };
    const live = await readExpress(target.service, reading, false);
    const standing = await standingOf(given.image, live.configuration.serviceRevisionArn, ecs, world);
    const again = planExpressUpdate(given, target.service, live, standing.kind !== 'same');
    return deploy({ ...found, ...live, target }, again);
  });
}

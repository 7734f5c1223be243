import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { carriesMark } from '../forcing-mark.ts';
import { failedToStart, type Outcome } from '../outcome.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { lookOutside } from './look.ts';
import { callsForDeployment, type OnOutsideChange, sayOutside, withOutside } from './on-outside-change.ts';

interface Ways {
  /** Starts a deployment, once for this run however often it is killed and run again. */
  readonly force: () => Promise<Outcome>;
  /** Changes nothing that was not asked for. */
  readonly leave: () => Promise<Outcome>;
}

/**
 * For a service that has the wanted task definition already: to leave it as it is, where a new deployment would start
 * something else, would be a false green. Never rejects: a failure is an outcome.
 */
export async function mindOutside(
  run: Run,
  target: Target,
  taskDefinition: string,
  choice: OnOutsideChange,
  { force, leave }: Ways,
): Promise<Outcome> {
  try {
    const changes = await lookOutside(target, run.ecs, run.world);
    sayOutside(changes, choice, run.world);
    // An attempt before this one may have been killed while it forced a deployment: this one goes on with it.
    const isDue =
      callsForDeployment(changes, choice) || carriesMark(target.service, taskDefinition, run.world.host.run);
    return withOutside(await (isDue ? force() : leave()), changes);
  } catch (thrown) {
    return failedToStart(target.cluster, target.name, asLandfallError(thrown));
  }
}

import { asLandfallError } from '../errors/as-landfall-error.ts';
import { withinTime } from '../time/within-time.ts';
import type { World } from '../world/world.ts';

/** What a cancelled run has left, after the outputs are written and before the runner kills us. */
const budget = 2000;

/** One StopTask for each, in little time. Says for each what came of it. Never throws. */
export async function stopTasks(
  arns: readonly string[],
  cluster: string,
  reason: string,
  { aws, clock }: World,
): Promise<readonly string[]> {
  const limit = withinTime(budget, clock);
  try {
    const ecs = await aws.ecs();
    return await Promise.all(
      arns.map(async (task) => {
        try {
          await ecs.stopTask({ cluster, task, reason }, { signal: limit.signal });
          return `task ${task} is being stopped`;
        } catch (error) {
          return `task ${task} could not be stopped and may still be running: ${asLandfallError(error).summary}`;
        }
      }),
    );
  } finally {
    limit.release();
  }
}

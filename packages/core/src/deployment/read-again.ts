import { readServices } from './reader.ts';
import { betweenReads } from './rules/standing.ts';
import type { Run } from './run.ts';
import type { Target } from './target.ts';

/** The target as it is later, milliseconds from now: green without a write takes two reads that agree. */
export async function readAgain(
  { ecs, world }: Run,
  target: Target,
  later: number = betweenReads,
): Promise<Target> {
  const signal = world.host.cancellation;
  await world.clock.sleep(later, signal);
  // A mark that an earlier read has shown in the tags must not be lost.
  const { withTags = false } = target;
  const read = await readServices(ecs, target.cluster, [target.name], { signal, withTags });
  const service = read.get(target.name);
  return service === undefined || service === 'missing' ? target : { ...target, service };
}

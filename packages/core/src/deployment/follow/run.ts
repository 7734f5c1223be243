import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import type { Story } from '../report/rollout-log.ts';
import { Poller } from '../watch/poller.ts';
import { followingOf } from './run-watch-context.ts';

/** What every service of a run shares: the limited ECS, one poller, the stories by service. */
export interface Run {
  readonly world: World;
  readonly ecs: Ecs;
  readonly poller: Poller;
  readonly stories: Map<string, Story>;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** Notices that one service has had for all. */
  readonly said: Set<string>;
  /** What is to be cleared away once every service of the run is done: a run that is killed before leaves it. */
  readonly leftovers: (() => Promise<void>)[];
}

export function beginRun(world: World, ecs: Ecs): Run {
  const stories = new Map<string, Story>();
  const poller = new Poller(followingOf({ world, ecs, stories }));
  return { world, ecs, poller, stories, startedAt: world.clock.elapsed(), said: new Set(), leftovers: [] };
}

/** After a cancel nothing more is sent: the next attempt finds what is left. */
export async function clearAway({ leftovers, world }: Run): Promise<void> {
  for (const clear of leftovers) if (!world.host.cancellation.aborted) await clear();
}

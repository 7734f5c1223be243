import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { Poller } from './poller.ts';
import type { Story } from './story.ts';
import { followingOf } from './telling.ts';

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
}

export function beginRun(world: World, ecs: Ecs): Run {
  const stories = new Map<string, Story>();
  const poller = new Poller(followingOf({ world, ecs, stories }));
  return { world, ecs, poller, stories, startedAt: world.clock.elapsed(), said: new Set() };
}

import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';

/** What it takes to read and write services: ECS, within the rate that the run allows, and the world around it. */
export interface EcsAccess {
  readonly world: World;
  readonly ecs: Ecs;
}

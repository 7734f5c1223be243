import type { World } from '../../world/world.ts';
import type { WaitOptions } from '../rollout/wait-conditions.ts';

/**
 * How a rollback is followed: always to its end. What else there is to wait for would be reached by the version that is
 * to go.
 */
export function rollbackOptions(options: WaitOptions, world: World, name: string): WaitOptions {
  if (options.until !== 'completed')
    world.host.log.notice(`${name}: a rollback is always followed to its end, regardless of \`wait-until\``);
  return { ...options, until: 'completed', waitThroughPause: true, failFast: false };
}

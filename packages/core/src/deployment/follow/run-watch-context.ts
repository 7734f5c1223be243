import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import { type Story, tellNotice } from '../report/rollout-log.ts';
import type { Following } from '../watch/watch-context.ts';

/** What a poller of a run works with: each service's events go to its own story, cancelling ends every watch. */
export const followingOf = (run: {
  readonly world: World;
  readonly ecs: Ecs;
  readonly stories: ReadonlyMap<string, Story>;
}): Following => ({
  ecs: run.ecs,
  codeDeploy: () => run.world.aws.codeDeploy(),
  clock: run.world.clock,
  signal: run.world.host.cancellation,
  onEvents: async (watch, events, evidence) =>
    run.stories.get(watch.ours.serviceArn)?.tell(watch, events, evidence),
  onNotice: tellNotice(run.world),
  onWait: (watch) => run.stories.get(watch.ours.serviceArn)?.wait(watch),
  onEnd: (watch) => run.world.host.log.progress(watch.ours.service, ''),
});

import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import { logNotice, type RolloutLog } from '../report/rollout-log.ts';
import type { WatchContext } from '../watch/watch-context.ts';

/** What a poller of a run works with: each service's events go to its own story, cancelling ends every watch. */
export const watchContextOf = (run: {
  readonly world: World;
  readonly ecs: Ecs;
  readonly stories: ReadonlyMap<string, RolloutLog>;
}): WatchContext => ({
  ecs: run.ecs,
  codeDeploy: () => run.world.aws.codeDeploy(),
  clock: run.world.clock,
  signal: run.world.host.cancellation,
  onEvents: async (watch, events, evidence) =>
    run.stories.get(watch.ours.serviceArn)?.tell(watch, events, evidence),
  onNotice: logNotice(run.world),
  onWait: (watch) => run.stories.get(watch.ours.serviceArn)?.wait(watch),
  onEnd: (watch) => run.world.host.log.progress(watch.ours.service, ''),
});

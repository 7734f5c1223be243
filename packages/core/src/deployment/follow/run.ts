import type { Recorder } from '../../record/recorder.ts';
import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import { logNotice, type RolloutLog } from '../report/record-rollout.ts';
import { Pollers } from '../watch/poller.ts';
import type { WatchContext } from '../watch/watch.ts';

/** What every service of a run shares: the limited ECS, the pollers, the stories by service. */
export interface Run {
  readonly world: World;
  readonly record: Recorder;
  readonly ecs: Ecs;
  readonly pollers: Pollers;
  readonly stories: Map<string, RolloutLog>;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** Notices that one service has had for all. */
  readonly said: Set<string>;
  /** What is to be cleared away once every service of the run is done: a run that is killed before leaves it. */
  readonly leftovers: (() => Promise<void>)[];
}

/** @param longestPause between two reads of what is followed, in milliseconds */
export function beginRun(
  { world, record }: Pick<Run, 'world' | 'record'>,
  ecs: Ecs,
  longestPause?: number,
): Run {
  const stories = new Map<string, RolloutLog>();
  const pollers = new Pollers({ ...watchContextOf({ world, ecs, stories }), longestPause });
  return {
    world,
    record,
    ecs,
    pollers,
    stories,
    startedAt: world.clock.elapsed(),
    said: new Set(),
    leftovers: [],
  };
}

/** After a cancel nothing more is sent: the next attempt finds what is left. */
export async function clearAway({ leftovers, world }: Run): Promise<void> {
  for (const clear of leftovers) if (!world.host.cancellation.aborted) await clear();
}

/** What a poller of a run works with: each service's events go to its own story, cancelling ends every watch. */
const watchContextOf = (run: {
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

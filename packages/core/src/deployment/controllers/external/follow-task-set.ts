import { primaryTaskSet } from '../../../ecs/task-sets.ts';
import type { FollowWay } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import { followingOf } from '../../follow/run-watch-context.ts';
import { defaultStall, defaultTimeout } from '../../rollout/default-timeouts.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { Poller } from '../../watch/poller.ts';
import { beginWatch } from '../../watch/watch.ts';
import { deleteOurs } from './delete-new-task-set.ts';
import type { SeenSets } from './next-step.ts';
import { judge, readRound } from './poll-task-sets.ts';
import type { ExternalWatch } from './task-set-watch.ts';

/** One poller for every service of a run that is deployed by task sets. */
const pollers = new WeakMap<Run, Poller>();

function pollerOf(run: Run): Poller {
  const known = pollers.get(run);
  if (known) return known;
  const made = new Poller(followingOf(run), {
    readRound: (open, allServices, following) =>
      readRound(open as readonly ExternalWatch[], allServices, following),
    judge,
  });
  pollers.set(run, made);
  return made;
}

/** How a deployment by task sets is taken to its end, or only watched. */
export const wayOf = (run: Run, { service }: Target, who: Omit<SeenSets, 'sets'>): FollowWay => ({
  poller: pollerOf(run),
  timeout: defaultTimeout(undefined),
  stall: defaultStall(undefined),
  failFast: true,
  oldShare: service.runningCount ?? 0,
  begin: (rollout, terms): ExternalWatch => ({
    ...beginWatch(rollout, terms, undefined),
    base: service,
    seen: {
      ...who,
      sets: service.taskSets ?? [],
      wasPrimary: primaryTaskSet(service)?.id === rollout.ours.deploymentId,
    },
    mayBePrimary: false,
  }),
  stop: (watch, world) => deleteOurs(watch, world, run.ecs),
});

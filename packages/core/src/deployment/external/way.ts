import { primaryTaskSet } from '../code-deploy/task-sets.ts';
import type { FollowWay } from '../follow.ts';
import { Poller } from '../poller.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { followingOf } from '../telling.ts';
import { defaultStall, defaultTimeout } from '../timeouts.ts';
import { beginWatch } from '../watch.ts';
import { deleteOurs } from './give-up.ts';
import type { SeenSets } from './next.ts';
import { judge, readRound } from './round.ts';
import type { ExternalWatch } from './watch.ts';

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

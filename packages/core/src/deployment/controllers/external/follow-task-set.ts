import { primaryTaskSet } from '../../../ecs/task-sets.ts';
import type { FollowWay } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import { defaultStall, defaultTimeout } from '../../rollout/wait-conditions.ts';
import type { Target } from '../../service/read-service-targets.ts';
import type { Way } from '../../watch/poller.ts';
import { beginWatch } from '../../watch/watch.ts';
import { deleteOurs } from './delete-task-set.ts';
import type { ExternalWatch, SeenSets } from './next-step.ts';
import { judge, readRound } from './poll-task-sets.ts';
import { notedAsReplaced } from './replaced.ts';

const externalWay: Way<ExternalWatch> = { readRound, judge };

/** How a deployment by task sets is taken to its end, or only watched. */
export const wayOf = (
  run: Run,
  { service }: Target,
  who: Omit<SeenSets, 'sets'>,
): FollowWay<ExternalWatch> => ({
  poller: run.pollers.of(externalWay),
  timeout: defaultTimeout(undefined),
  stall: defaultStall(undefined),
  failFast: true,
  oldShare: service.runningCount ?? 0,
  begin(rollout, conditions): ExternalWatch {
    const { deploymentId } = rollout.ours;
    const hadTraffic = notedAsReplaced(service, deploymentId);
    return {
      ...beginWatch(rollout, conditions, 'step'),
      base: service,
      seen: {
        ...who,
        sets: service.taskSets ?? [],
        hadTraffic,
        isNoted: hadTraffic !== undefined,
        wasPrimary: primaryTaskSet(service)?.id === deploymentId,
      },
      mayBePrimary: false,
    };
  },
  stop: (watch, world) => deleteOurs(watch, world, run.ecs),
});

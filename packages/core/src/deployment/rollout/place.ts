import { primaryOf } from '../../ecs/deployments.ts';
import { type Place, placeOf } from '../rules/whose.ts';
import { earlierIds, type Rollout } from './rollout.ts';

/** What became of ours, by ids. Undefined: no read shows a PRIMARY deployment. */
export function placeOfOurs(rollout: Rollout, isGone = false): Place | undefined {
  const { ours, service, givenUp, other } = rollout;
  const primary = primaryOf(service);
  if (primary?.id === undefined) return undefined;
  return placeOf({
    ours: ours.deploymentId,
    earlier: earlierIds(rollout),
    primary: {
      id: primary.id,
      createdAt: primary.createdAt?.getTime() ?? 0,
      reason: primary.rolloutStateReason,
      rolloutState: primary.rolloutState,
      isEarlierVersion: primary.taskDefinition === ours.previous?.taskDefinition,
    },
    oursCreatedAt: ours.createdAt,
    isGivenUp: givenUp !== undefined,
    sawOther: other !== undefined,
    isGone,
  });
}

import { byService } from './by-service.ts';
import { byServiceDeployment } from './by-service-deployment.ts';
import { deleted } from './deleted.ts';
import { hopeless, lost, outOfTime } from './limits.ts';
import type { Rollout } from './rollout.ts';
import type { Terms } from './terms.ts';
import type { Verdict } from './verdict.ts';

/**
 * The verdict on what is known so far, or undefined while it is open. Pure.
 * With the service deployment the rules are those of its status; without it (no permission, or an older API)
 * those of DescribeServices. In no case does "one deployment, running = desired" count by itself.
 */
export function decide(rollout: Rollout, terms: Terms): Verdict | undefined {
  return (
    deleted(rollout) ??
    (rollout.serviceDeployment ? byServiceDeployment(rollout, terms) : byService(rollout, terms)) ??
    hopeless(rollout, terms) ??
    lost(rollout, terms) ??
    outOfTime(rollout, terms)
  );
}

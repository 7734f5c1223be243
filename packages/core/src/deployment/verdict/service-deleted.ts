import type { Rollout } from '../rollout/rollout.ts';
import type { Verdict } from './verdict.ts';

/**
 * Someone deleted the service: whatever its deployment comes to, nothing of it is live, and no one resumes
 * it. A service that is deleted is DRAINING until its tasks are gone, then INACTIVE, and never ACTIVE again.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html
 */
export function deleted({ ours, service }: Rollout): Verdict | undefined {
  const { status } = service ?? {};
  if (status !== 'DRAINING' && status !== 'INACTIVE') return undefined;
  return {
    kind: 'STOPPED',
    reason: `service ${ours.service} was deleted while it was being deployed; it is ${status}`,
    remedy: 'Find out who deleted the service, and why; create it again before the next deployment.',
  };
}

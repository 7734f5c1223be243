import type { EcsContext } from '../model/ecs-context.ts';
import type { DeploymentRecord, ServiceDeploymentRecord, ServiceRecord } from '../model/records.ts';
import { say, sentence } from '../model/service-events.ts';
import { isFinal, primaryOf, reopenDeployment, rollbackCandidate, setStatus } from './deployments.ts';
import { NO_CANDIDATE, type Trigger } from './rollout-reasons.ts';

/**
 * A deployment fails. It launches nothing more; with rollback the last revision that was ever live becomes PRIMARY
 * again, under its own deployment id, as ECS does it.
 */
export function failDeployment(
  ecs: EcsContext,
  service: ServiceRecord,
  record: ServiceDeploymentRecord,
  trigger: Trigger,
  wake: (service: ServiceRecord) => void,
): void {
  if (isFinal(record) || record.status === 'ROLLBACK_REQUESTED') return;
  const primary = primaryOf(service);
  if (primary !== undefined) markFailed(ecs, service, primary, trigger);
  if (trigger.kind === 'breaker') record.breaker.status = 'TRIGGERED';
  if (trigger.kind === 'alarm' && record.alarms !== undefined) record.alarms.status = 'TRIGGERED';

  if (record.rollback !== undefined) {
    setStatus(
      ecs,
      record,
      'ROLLBACK_FAILED',
      `Service deployment rollback failed because ${trigger.because}`,
    );
    return;
  }
  if (!rollsBack(record, trigger)) {
    setStatus(ecs, record, 'STOPPED', `Service deployment stopped because ${trigger.because}`);
    return;
  }
  const reason = `Service deployment rolled back because ${trigger.because}`;
  setStatus(ecs, record, 'ROLLBACK_REQUESTED', reason);
  ecs.clock.after(ecs.timing.rollbackRequested, () => {
    if (record.status !== 'ROLLBACK_REQUESTED') return;
    const candidate = rollbackCandidate(service, record.deploymentId);
    if (candidate === undefined) {
      setStatus(ecs, record, 'ROLLBACK_FAILED', NO_CANDIDATE);
      return;
    }
    record.rollback = { reason, startedAt: ecs.clock.now(), revisionArn: candidate.arn };
    setStatus(ecs, record, 'ROLLBACK_IN_PROGRESS', reason);
    if (record.weights !== undefined) {
      record.weights = { target: { production: 0, test: 0 }, source: { production: 100, test: 100 } };
    }
    say(ecs, service, sentence.rollingBack(candidate.deploymentId), true);
    reopenDeployment(
      ecs,
      service,
      candidate,
      `${trigger.source}: rolling back to deploymentId ${candidate.deploymentId}.`,
    );
    wake(service);
  });
}

function markFailed(
  ecs: EcsContext,
  service: ServiceRecord,
  primary: DeploymentRecord,
  trigger: Trigger,
): void {
  primary.rolloutState = 'FAILED';
  primary.rolloutStateReason = trigger.rollout;
  primary.updatedAt = ecs.clock.now();
  say(ecs, service, sentence.failed(primary.id, trigger.event), true);
}

function rollsBack(record: ServiceDeploymentRecord, trigger: Trigger): boolean {
  switch (trigger.kind) {
    case 'breaker':
      return record.configuration.deploymentCircuitBreaker?.rollback === true;
    case 'alarm':
      return record.configuration.alarms?.rollback === true;
    default:
      return true;
  }
}

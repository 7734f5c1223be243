import type { Deployment } from '@aws-sdk/client-ecs';
import { primaryOf, revisionArn, revisionArnOf } from '../../../ecs/deployments.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { settingsBefore } from '../../plan/service-changes.ts';
import { pinDigests } from '../../rollback/pin-digests.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { impossible, readRollbackRevision, sameBefore } from '../../service/rollback-revision.ts';
import { trackDeployment } from '../../service/tracked-deployment.ts';
import type { DeploymentController } from '../controller.ts';
import { followByEcs } from './follow.ts';
import { updateService } from './update-service.ts';

/**
 * Deploys what ran before this run, and follows that. Only a revision that was COMPLETED before the run is
 * rolled back to: one that was failing itself is not made live again.
 * @throws ROLLBACK_IMPOSSIBLE
 */
export const rollBackByEcs: DeploymentController['rollBack'] = async (
  run,
  target,
  done,
  options,
  { now, count },
) => {
  const { log } = run.world.host;
  const before = done.ours && ranBefore(target, done.ours);
  if (!before || !done.ours)
    throw impossible(
      target.name,
      count.desiredCount === undefined
        ? isUnchanged(target, done.ours)
          ? 'only its settings were changed, and they stay'
          : 'nothing was running before'
        : `it was only scaled, to ${now.desiredCount}: set desired-count to ${count.desiredCount} to restore it`,
    );
  const wasFailing =
    before.rolloutState === undefined
      ? ranNothing(target, before) && 'ran no tasks itself'
      : before.rolloutState !== 'COMPLETED' && `was itself ${before.rolloutState}`;
  if (wasFailing)
    throw impossible(
      target.name,
      `what was running before (${shortTaskDefinition(before.taskDefinition)}) ${wasFailing}`,
    );
  const revision = await readRollbackRevision(run, target.name, before.taskDefinition ?? '');
  const registration = await pinDigests(
    run,
    target.name,
    revision,
    revisionArnOf(target.service, before.id) ?? revisionArn(target.service, before.id ?? ''),
  );
  const name = shortTaskDefinition(registration.arn);
  const changes = {
    ...count,
    ...settingsBefore({ service: target.service, deployment: before }, { service: now }),
  };
  if (registration.arn === done.ours.taskDefinition && Object.keys(changes).length === 0)
    throw sameBefore(target.name, registration.arn);
  log.warning(`${target.name}: rolling back to ${name}`);
  const startedAt = run.world.clock.elapsed();
  const updated = await updateService(
    {
      request: {
        cluster: target.cluster,
        service: target.name,
        taskDefinition: registration.arn,
        ...changes,
      },
      cluster: target.cluster,
      serviceName: target.name,
      startsDeployment: true,
      before: [
        {
          id: done.ours.deploymentId,
          taskDefinition: done.ours.taskDefinition,
          createdAt: new Date(done.ours.createdAt),
        },
      ],
    },
    { ecs: run.ecs, clock: run.world.clock, signal: run.world.host.cancellation },
  );
  const ours = trackDeployment(target, updated.primary, {
    id: done.ours.deploymentId,
    taskDefinition: done.ours.taskDefinition,
  });
  const outcome = await followByEcs(
    run,
    target,
    { ours, registration, startedAt, arn: updated.service.currentServiceDeployment },
    options,
  );
  if (outcome.error) log.error(`${target.name}: the rollback also failed: ${outcome.error.summary}`);
  return outcome;
};

/**
 * Behind a Classic Load Balancer only its tasks show whether what was PRIMARY when the run began was
 * live.
 */
const ranNothing = ({ service }: Target, { id, runningCount }: Deployment): boolean =>
  primaryOf(service)?.id === id && runningCount === 0 && (service.desiredCount ?? 0) > 0;

/** What was live before this run is live still: its update started no deployment. */
const isUnchanged = ({ service }: Target, ours: TrackedDeployment | undefined): boolean => {
  const primary = primaryOf(service);
  return primary?.id === ours?.deploymentId && primary?.rolloutState === 'COMPLETED';
};

/**
 * What ran before ours. A deployment that this run adopted was PRIMARY already when the run began: what it replaces is
 * the one that completed; several may stand there, where one was replaced before it did.
 */
function ranBefore(
  { service }: Target,
  { deploymentId, previous }: TrackedDeployment,
): Deployment | undefined {
  const primary = primaryOf(service);
  if (primary?.id !== deploymentId) return primary;
  const others = (service.deployments ?? []).filter(({ id }) => id !== deploymentId);
  const noted = previous && { id: previous.deploymentId, taskDefinition: previous.taskDefinition };
  return others.find(({ rolloutState }) => rolloutState === 'COMPLETED') ?? others[0] ?? noted;
}

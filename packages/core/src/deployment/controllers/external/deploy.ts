import type { TaskSet } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isByLandfall, primaryTaskSet } from '../../../ecs/task-sets.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import type { Registration } from '../../../task-definition/register.ts';
import type { Run } from '../../follow/run.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import { scaleOf } from '../../rules/task-set.ts';
import { readAgain } from '../../service/read-again.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { planSurely, updateSettings } from '../by-task-sets.ts';
import type { DeploySteps, Planned, Started } from '../controller.ts';
import { primaryAsMade } from '../marks/known-again.ts';
import { externalIdOf, markOf, taskSetOrder } from './create-task-set-request.ts';
import { wayOf } from './follow-task-set.ts';
import { begunTaskSet, planByTaskSets, timeOf } from './plan.ts';
import { notedAsReplaced } from './replaced.ts';

/**
 * A service of the EXTERNAL controller: a task set for the new version, made primary when it is steady; then the
 * older ones are deleted.
 */
const stepsOf = (isRollback: boolean): DeploySteps => ({
  recognition: { isNamed: true, listMade: async (_, target) => primaryAsMade(target) },

  async planSurely(run, given, wanted, settings) {
    // The tags show what a run that was killed was about to delete.
    const known = given.withTags ? given : await readAgain(run, { ...given, withTags: true }, 0);
    return planSurely(run, known, (target) => planByTaskSets(target, wanted, settings), readAgain);
  },

  async start(run, planned, registration, { desiredCount, forceNewDeployment }) {
    const started = await act(run, planned, registration, { force: forceNewDeployment === true, isRollback });
    const isPrimary = primaryTaskSet(planned.target.service)?.id === started.ours.deploymentId;
    return { ...started, count: isPrimary ? desiredCount : undefined };
  },

  async follow(run, target, { ours }, { desiredCount }) {
    const toGo = isRollback ? others(target, ours) : undefined;
    return {
      ...wayOf(run, target, { part: 'deploy', desiredCount, toGo }),
      leftOnCancel: `task set ${ours.deploymentId} is left in place, and does not progress until this step is run again`,
    };
  },
});

export const externalSteps = stepsOf(false);

/** To what was live before: whatever is in progress is removed with the present version. */
export const externalRollbackSteps = stepsOf(true);

async function act(
  run: Run,
  { target, plan }: Planned,
  { arn }: Registration,
  { force, isRollback }: { readonly force: boolean; readonly isRollback: boolean },
): Promise<Started> {
  const { log, run: facts } = run.world.host;
  const primary = primaryTaskSet(target.service);
  if (!isRollback || plan.kind === 'unchanged') nameOthers(run, target, 'it stays');
  if (plan.kind === 'unchanged')
    return { ours: oursOf(target, primary), verdict: { kind: 'NOOP', reason: plan.reason, live: arn } };
  const begun = begunTaskSet(target, arn, force ? facts : undefined);
  if (plan.kind === 'update') {
    for (const warning of plan.warnings) log.warning(warning);
    await updateSettings(run, plan.request);
  }
  const name = shortTaskDefinition(arn);
  if (begun) {
    const what = plan.kind === 'adopt' ? plan.reason : `task set ${begun.id} of ${name} already exists`;
    log.info(`${target.name}: ${what}; resuming it`);
    return { ours: oursOf(target, begun) };
  }
  const externalId = externalIdOf(markOf(arn, force ? facts : undefined), arn, primary, isRollback);
  return { ours: oursOf(target, await create(run, target, arn, externalId)) };
}

/** The ids of all task sets that are not ours, and not made since. */
const others = ({ service }: Target, { deploymentId, createdAt }: TrackedDeployment): ReadonlySet<string> =>
  new Set(
    (service.taskSets ?? [])
      .filter((one) => one.id !== deploymentId && timeOf(one) <= createdAt)
      .flatMap(({ id }) => id ?? []),
  );

/**
 * What this run neither replaces nor deletes nor waits for, and will be seen next to the version it speaks
 * of.
 */
export function nameOthers({ world }: Run, { name, service }: Target, consequence: string): void {
  const noted = notedAsReplaced(service, primaryTaskSet(service)?.id);
  for (const one of service.taskSets ?? [])
    if (one.status === 'ACTIVE' && !isByLandfall(one) && !noted?.has(one.id ?? ''))
      world.host.log.notice(
        `${name}: task set ${one.id} of ${shortTaskDefinition(one.taskDefinition)} (${scaleOf(one)} % of the desired count) was not created by Landfall and does not have the traffic; ${consequence}`,
      );
}

async function create(
  run: Run,
  target: Target,
  taskDefinition: string,
  externalId: string,
): Promise<TaskSet> {
  const { ecs, world } = run;
  const place = { cluster: target.cluster, service: target.name };
  const primary = primaryTaskSet(target.service);
  const like = primary ?? target.service;
  const send = async (instead?: string) => {
    const order = taskSetOrder(place, like, { taskDefinition, externalId, run: world.host.run, instead });
    const { taskSet = {} } = await ecs.createTaskSet(order, { signal: world.host.cancellation });
    return taskSet;
  };
  try {
    const made = await send();
    // What an earlier step of this attempt has made, with the same token, and given up.
    return made.status === 'DRAINING' ? await send(made.id) : made;
  } catch (error) {
    if (isLandfallError(error) && /\b5 deployments exist|maximum limit/i.test(error.message))
      throw new LandfallError('TOO_MANY_DEPLOYMENTS', {
        summary: `${target.name} already has as many task sets as ECS allows: ${error.message}`,
        cause: error,
      });
    if (isLandfallError(error) && !primary && /network configuration must be provided/i.test(error.message))
      throw new LandfallError('REQUEST_REFUSED', {
        summary: `${target.name} has no primary task set yet for ${shortTaskDefinition(taskDefinition)} to take its subnets and security groups from`,
        remedy:
          'Create the first task set of the service yourself, with its network and load balancers, and make it the primary one (aws ecs create-task-set, aws ecs update-service-primary-task-set). Later task sets copy its settings.',
        cause: error,
      });
    throw error;
  }
}

/** A task set as the one to follow, with what it replaces. */
export function oursOf({ cluster, name, service }: Target, ours: TaskSet | undefined): TrackedDeployment {
  const live = primaryTaskSet(service);
  const before =
    live && live.id !== ours?.id
      ? live
      : service.taskSets?.find((one) => one.id !== ours?.id && timeOf(one) < timeOf(ours));
  return {
    cluster,
    service: name,
    serviceArn: service.serviceArn ?? '',
    deploymentId: ours?.id ?? '',
    taskDefinition: ours?.taskDefinition ?? '',
    createdAt: timeOf(ours),
    previous: before?.id
      ? { deploymentId: before.id, taskDefinition: before.taskDefinition ?? '' }
      : undefined,
  };
}

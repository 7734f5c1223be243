import type { TaskSet } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isByLandfall, primaryTaskSet } from '../../../ecs/task-sets.ts';
import { asLandfallError } from '../../../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import type { Registration } from '../../../task-definition/register.ts';
import { type FollowOptions, followTo } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import type { Plan, Settings } from '../../plan/plan-types.ts';
import { planSurely } from '../../plan/plan-until-certain.ts';
import { failedToStart, type Outcome, outcomeOf } from '../../report/outcome.ts';
import type { OnStarted, Ours } from '../../rollout/rollout.ts';
import { scaleOf } from '../../rules/task-set.ts';
import { readAgain } from '../../service/read-again.ts';
import type { Target } from '../../service/read-service-targets.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import { externalIdOf, markOf, taskSetOrder } from './create-task-set-request.ts';
import { wayOf } from './follow-task-set.ts';
import { begunTaskSet, timeOf } from './plan.ts';

/**
 * A service of the EXTERNAL controller: a task set for the new version, made primary when it is steady; then the
 * older ones are deleted. Never rejects: a failure is an outcome.
 */
export async function deployByTaskSets(
  run: Run,
  given: Target,
  registration: Registration,
  settings: Settings,
  options: FollowOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const startedAt = run.world.clock.elapsed();
  try {
    const { target, plan } = await planSurely(run, given, registration.arn, settings, readAgain);
    const begun = await act(run, target, registration, plan, settings.forceNewDeployment === true);
    await onStarted(begun.ours);
    if (begun.verdict) {
      const milliseconds = run.world.clock.elapsed() - startedAt;
      return outcomeOf(begun.verdict, { ours: begun.ours, registration, milliseconds });
    }
    const { desiredCount } = settings;
    const toGo = target.isRollback ? others(target, begun.ours.deploymentId) : undefined;
    const way = wayOf(run, target, { part: 'deploy', desiredCount, toGo });
    const count = primaryTaskSet(target.service)?.id === begun.ours.deploymentId ? desiredCount : undefined;
    const outcome = await followTo(
      run,
      target,
      { ours: begun.ours, registration, startedAt },
      { ...options, count },
      way,
    );
    if (outcome.verdict === 'CANCELLED' && options.onCancel === 'leave')
      run.world.host.log.notice(
        `${target.name}: task set ${begun.ours.deploymentId} stays as it is; nobody goes on with it until this step is run again`,
      );
    return outcome;
  } catch (thrown) {
    return failedToStart(given.cluster, given.name, asLandfallError(thrown));
  }
}

interface Begun {
  readonly ours: Ours;
  /** Known at once: nothing had to be done. */
  readonly verdict?: Verdict;
}

async function act(
  run: Run,
  target: Target,
  { arn }: Registration,
  plan: Plan,
  force: boolean,
): Promise<Begun> {
  const { log, run: facts } = run.world.host;
  const primary = primaryTaskSet(target.service);
  if (!target.isRollback) nameOthers(run, target, 'it stays');
  if (plan.kind === 'unchanged')
    return { ours: oursOf(target, primary), verdict: { kind: 'NOOP', reason: plan.reason, live: arn } };
  const begun = begunTaskSet(target, arn, force ? facts : undefined);
  if (plan.kind === 'update') {
    for (const warning of plan.warnings) log.warning(warning);
    await updateSettings(run, plan);
  }
  const name = shortTaskDefinition(arn);
  if (begun) {
    const what = plan.kind === 'adopt' ? plan.reason : `task set ${begun.id} of ${name} is there already`;
    log.info(`${target.name}: ${what}; going on with it`);
    return { ours: oursOf(target, begun) };
  }
  const externalId = externalIdOf(markOf(arn, force ? facts : undefined), arn, primary, target.isRollback);
  return { ours: oursOf(target, await create(run, target, arn, externalId)) };
}

/** The ids of all task sets that are not ours. */
export const others = ({ service }: Target, ours: string): ReadonlySet<string> =>
  new Set((service.taskSets ?? []).flatMap(({ id }) => (id === undefined || id === ours ? [] : id)));

/** What this run neither replaces nor deletes nor waits for, and will be seen beside the version it speaks of. */
export function nameOthers({ world }: Run, { name, service }: Target, consequence: string): void {
  for (const one of service.taskSets ?? [])
    if (one.status === 'ACTIVE' && !isByLandfall(one))
      world.host.log.notice(
        `${name}: task set ${one.id} of ${shortTaskDefinition(one.taskDefinition)} (${scaleOf(one)} % of the desired count) was not made by Landfall and does not have the traffic; ${consequence}`,
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
    return (await ecs.createTaskSet(order, { signal: world.host.cancellation })).taskSet!;
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
        summary: `${target.name} has no primary task set yet, from which ${shortTaskDefinition(taskDefinition)} could take its subnets and security groups`,
        remedy:
          'Create the first task set of the service yourself, with its network and load balancers, and make it the primary one (aws ecs create-task-set, aws ecs update-service-primary-task-set). Those that come after are made like it.',
        cause: error,
      });
    throw error;
  }
}

/** The desired count and the tags stand in the service. The same values sent twice are the same. */
async function updateSettings({ ecs, world }: Run, { request }: Plan & { kind: 'update' }): Promise<void> {
  const { cluster: _cluster, service: _service, ...changes } = request;
  if (Object.keys(changes).length === 0) return;
  const options = { signal: world.host.cancellation };
  await ecs.updateService(request, options).catch(async (error) => {
    if (!isLandfallError(error) || error.applied !== 'unknown') throw error;
    await ecs.updateService(request, options);
  });
}

/** A task set as the one to follow, with what it replaces. */
export function oursOf({ cluster, name, service }: Target, ours: TaskSet | undefined): Ours {
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

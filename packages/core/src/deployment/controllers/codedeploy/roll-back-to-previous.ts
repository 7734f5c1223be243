import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { primaryTaskSet } from '../../../ecs/task-sets.ts';
import type { Run } from '../../follow/run.ts';
import type { Outcome } from '../../report/outcome.ts';
import { asRequestedRollback } from '../../report/requested-rollback.ts';
import { goalOf, rollbackOptions } from '../../rollback/goal.ts';
import {
  deployedSince,
  findMarkSurely,
  isAsMarked,
  markRollback,
  type RollbackMark,
  rolledBackByAnother,
} from '../../rollback/rollback-mark.ts';
import type { OnStarted } from '../../rollout/rollout.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { goesBack } from '../../rules/go-back.ts';
import { runIdentity } from '../../service/service-tags.ts';
import { deployEarlier } from '../by-task-sets.ts';
import { codeDeploySteps } from './deploy.ts';
import {
  type CodeDeployTarget,
  type CurrentTarget,
  readAgainInAgreement,
  readInAgreement,
} from './read/current.ts';
import { asExisting, type Existing } from './read/find-deployment.ts';
import { readHistory } from './read/history.ts';
import { stopToRollBack } from './stop.ts';
import { followExisting, waitForLive } from './wait.ts';

/**
 * Rolls back a service that CodeDeploy deploys: a deployment in progress is stopped, which makes CodeDeploy
 * roll it back; a rollback in progress is followed; or else the version that was live just before the present
 * one first became live is deployed by it again. ECS refuses an UpdateService of the task definition.
 * @throws ROLLBACK_IMPOSSIBLE
 */
export async function rollBackToPreviousByCodeDeploy(
  run: Run,
  given: CodeDeployTarget,
  wanted: string | undefined,
  followed: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const options = rollbackOptions(followed, run.world, given.name);
  const target = await readInAgreement(run, given);
  if (wanted !== undefined)
    return deployEarlier(run, codeDeploySteps, target, wanted, { ...options, rollback: 'deploy' }, onStarted);
  const marked = await findMarkSurely(run, target, await pastOf(run, target));
  const again = marked?.isOwn && (await resume(run, target, marked.mark, options, onStarted));
  if (again) return again;
  const { active, isUndone } = target.codeDeploy.current;
  if (!active) return goBack(run, target, options, onStarted);
  const found = await asExisting(run, target, active);
  const { deploymentId: id, taskDefinition } = found.ours;
  if (marked && !marked.isOwn && !isUndone && isAsMarked(taskDefinition, marked.mark))
    throw rolledBackByAnother(target.name, { id, taskDefinition });
  // A host that tells nothing to know a run by has only what CodeDeploy shows.
  if (!isUndone && runIdentity(run.world.host.run) === undefined && goesBack(await pastOf(run, target)))
    return followRollback(run, target, found, options, onStarted);
  return stopAndFollow(run, target, found, options, onStarted);
}

/** A deployment in progress is stopped; one that becomes live anyway is rolled back like any other. */
async function stopAndFollow(
  run: Run,
  target: CurrentTarget,
  found: Existing,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const { log } = run.world.host;
  const codeDeploy = await run.world.aws.codeDeploy();
  const { deploymentId, taskDefinition } = found.ours;
  const what = `deployment ${deploymentId} of ${shortTaskDefinition(taskDefinition)}`;
  if (target.codeDeploy.current.isUndone)
    log.info(`${target.name}: CodeDeploy is already rolling back ${what}; following the rollback`);
  else {
    await markRollback(run, target, deploymentId);
    const came = await stopToRollBack(run, codeDeploy, deploymentId);
    if (came === 'stopping') log.info(`${target.name}: stopping ${what}; CodeDeploy will roll back`);
    else log.info(`${target.name}: ${what} is ${came.status} already`);
  }
  await onStarted(found.ours);
  const outcome = await followExisting(run, target, found, { ...options, rollback: 'stop' }, codeDeploy);
  if (outcome.verdict !== 'SUCCEEDED') return asRequestedRollback(outcome);
  log.info(`${target.name}: ${what} became live before it could be stopped; rolling back`);
  return goBack(run, await readAgainInAgreement(run, target), options, onStarted);
}

async function goBack(
  run: Run,
  target: CurrentTarget,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const past = await pastOf(run, target);
  const primary = primaryTaskSet(target.service);
  const nowhere = 'no earlier successful deployment of a different revision in CodeDeploy';
  const { version } = goalOf(target.name, past, primary?.taskDefinition ?? '', nowhere);
  return deployEarlier(
    run,
    codeDeploySteps,
    target,
    version,
    { ...options, rollback: 'deploy' },
    onStarted,
    primary?.id,
  );
}

const pastOf = async ({ world }: Run, target: CodeDeployTarget) =>
  readHistory(await world.aws.codeDeploy(), target, world.host.cancellation);

async function followRollback(
  run: Run,
  target: CurrentTarget,
  found: Existing,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const { deploymentId, taskDefinition } = found.ours;
  run.world.host.log.info(
    `${target.name}: deployment ${deploymentId} is already rolling back to ${shortTaskDefinition(taskDefinition)}; following it`,
  );
  await onStarted(found.ours);
  const codeDeploy = await run.world.aws.codeDeploy();
  return followExisting(run, target, found, { ...options, rollback: 'deploy' }, codeDeploy);
}

/**
 * What an earlier attempt of this run started is resumed; what it completed leaves nothing to do.
 * @returns undefined when its first write took no effect
 * @throws ROLLBACK_IMPOSSIBLE when someone has deployed since
 */
async function resume(
  run: Run,
  target: CurrentTarget,
  mark: RollbackMark,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome | undefined> {
  const { active, isUndone, last } = target.codeDeploy.current;
  const primary = primaryTaskSet(target.service);
  if (active) {
    const found = await asExisting(run, target, active);
    if (active.deploymentId === mark.from)
      return isUndone ? stopAndFollow(run, target, found, options, onStarted) : undefined;
    if (!isAsMarked(found.ours.taskDefinition, mark))
      throw deployedSince(target.name, found.ours.taskDefinition);
    return followRollback(run, target, found, options, onStarted);
  }
  if (primary?.id === mark.from || primary?.externalId === mark.from) return undefined;
  const isAsLeft =
    mark.to === undefined ? last?.deploymentId === mark.from : isAsMarked(primary?.taskDefinition, mark);
  if (!isAsLeft) throw deployedSince(target.name, primary?.taskDefinition);
  return waitForLive(
    run,
    target,
    options,
    onStarted,
    (standing) => `this run has already rolled it back: ${standing}`,
  );
}

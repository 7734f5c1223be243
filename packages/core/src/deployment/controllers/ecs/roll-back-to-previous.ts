import { primaryOf } from '../../../ecs/deployments.ts';
import { settleTime } from '../../../ecs/eventual-consistency.ts';
import { isStopped, isUnderWay } from '../../../ecs/newest-first.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isDenied } from '../../../reading/trouble.ts';
import type { Run } from '../../follow/run.ts';
import { type Outcome, outcomeOf } from '../../report/outcome.ts';
import { asRequestedRollback } from '../../report/requested-rollback.ts';
import { goalOf, rollbackOptions } from '../../rollback/goal.ts';
import { type PastDeployment, readHistory } from '../../rollback/history.ts';
import { pinDigests } from '../../rollback/pin-digests.ts';
import {
  deployedSince,
  findMarkSurely,
  findRollbackMark,
  isAsMarked,
  markRollback,
  type RollbackMark,
  replacedByAnother,
  rolledBackByAnother,
} from '../../rollback/rollback-mark.ts';
import { volumesBefore } from '../../rollback/volumes-before.ts';
import type { OnStarted } from '../../rollout/rollout.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { goesBack } from '../../rules/go-back.ts';
import { betweenReads, judgeStanding } from '../../rules/standing.ts';
import { readAgain } from '../../service/read-again.ts';
import { asRunning, type Target } from '../../service/read-service-targets.ts';
import { readUntilCertain } from '../../service/read-standing.ts';
import { readRollbackRevision } from '../../service/rollback-revision.ts';
import { runIdentity } from '../../service/service-tags.ts';
import { trackDeployment } from '../../service/tracked-deployment.ts';
import { standingSentence } from '../../verdict/live-revision.ts';
import { deployTo } from '../deploy.ts';
import { ecsSteps } from './deploy.ts';
import { followByEcs } from './follow.ts';
import { stopToRollBack } from './stop-to-roll-back.ts';

/**
 * Rolls back a service that ECS's own controller deploys. A deployment in progress is stopped, so that ECS
 * rolls back; a rollback in progress is followed; or else the version that was live just before the present
 * one first became live is deployed, by the digests it had.
 * @throws ROLLBACK_IMPOSSIBLE, ACCESS_DENIED
 */
export async function rollBackToPreviousByEcs(
  run: Run,
  given: Target,
  wanted: string | undefined,
  followed: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const options = rollbackOptions(followed, run.world, given.name);
  if (wanted !== undefined) return goToWanted(run, given, wanted, options, onStarted);
  const { target, past } = await readBoth(run, given);
  const found = await findMarkSurely(run, target, past);
  const again = found?.isOwn && (await resume(run, target, past, found.mark, options, onStarted));
  if (again) return again;
  const last = past.at(-1);
  const present = primaryOf(target.service)?.taskDefinition ?? '';
  if (last?.outcome !== 'open' || last.status === 'STOP_REQUESTED')
    return goBack(run, target, past, present, options, onStarted, found && takenBackBy(past, found.mark));
  if (found && !found.isOwn && !isStopped(last.status) && isAsMarked(last.taskDefinition, found.mark))
    throw rolledBackByAnother(target.name, last);
  // A host that tells nothing to know a run by has only what ECS shows.
  if (runIdentity(run.world.host.run) === undefined && !isStopped(last.status) && goesBack(past))
    return followDeployment(run, target, last, options, onStarted);
  return stopAndFollow(run, target, last, options, onStarted);
}

/**
 * What the marked rollback has undone: its goal, and nothing else, has been deployed since; or it was
 * stopped, and nothing has been deployed since.
 */
function takenBackBy(past: readonly PastDeployment[], mark: RollbackMark): PastDeployment | undefined {
  const index = past.findIndex(({ id }) => id === mark.from);
  const from = past[index];
  const since = past.slice(index + 1);
  const isTakenBack =
    mark.to === undefined
      ? since.length === 0 && from?.outcome === 'undone'
      : since.length > 0 && since.every((one) => isAsMarked(one.taskDefinition, mark));
  return isTakenBack ? from : undefined;
}

/** The service and its past, where neither is behind the other: the newest by its creation decides. */
async function readBoth(
  run: Run,
  given: Target,
): Promise<{ readonly target: Target; readonly past: readonly PastDeployment[] }> {
  const { clock, host } = run.world;
  const until = clock.elapsed() + settleTime;
  let target = given;
  /** What an earlier read has shown is there. */
  const seen = new Set<string>();
  for (;;) {
    const past = await readHistory(run.ecs, target, host.cancellation);
    for (const { id } of past) seen.add(id);
    const isOver = host.cancellation.aborted || clock.elapsed() >= until;
    const isWhole = past.length === seen.size;
    if (isOver || (isWhole && !isBehind(past, primaryOf(target.service)?.id))) return { target, past };
    target = await readAgain(run, target, betweenReads);
  }
}

/** One of the two answers is older: the newest deployment has succeeded or was rolled back, and PRIMARY shows otherwise. */
function isBehind(past: readonly PastDeployment[], primary: string | undefined): boolean {
  const last = past.at(-1);
  if (!last) return false;
  if (past.every(({ id }) => id !== primary)) return true;
  return last.status === 'ROLLBACK_SUCCESSFUL'
    ? last.id === primary
    : (last.outcome === 'live' || (last.outcome === 'open' && !isStopped(last.status))) &&
        last.id !== primary;
}

async function goToWanted(
  run: Run,
  target: Target,
  wanted: string,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const registration = await readRollbackRevision(run, target.name, wanted);
  // Where that may not be read, the digests are not known, which is reported.
  const past = await readHistory(run.ecs, target, run.world.host.cancellation).catch((error) => {
    if (isDenied(error)) return [];
    throw error;
  });
  const was = past.findLast(
    ({ outcome, taskDefinition }) => outcome === 'live' && taskDefinition === registration.arn,
  );
  const pinned = await pinDigests(run, target.name, registration, was?.revision);
  return deployEarlier(run, target, pinned, was?.revision, options, onStarted);
}

async function goBack(
  run: Run,
  target: Target,
  past: readonly PastDeployment[],
  present: string,
  options: WaitOptions,
  onStarted: OnStarted,
  takenBack?: PastDeployment,
): Promise<Outcome> {
  const to = goalOf(target.name, past, present, undefined, takenBack);
  const registration = await readRollbackRevision(run, target.name, to.taskDefinition);
  const pinned = await pinDigests(run, target.name, registration, to.revision);
  await markRollback(run, target, primaryOf(target.service)?.id ?? '', pinned.arn);
  return deployEarlier(run, target, pinned, to.revision, options, onStarted);
}

async function deployEarlier(
  run: Run,
  target: Target,
  registration: Awaited<ReturnType<typeof readRollbackRevision>>,
  revisionArn: string | undefined,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const from = shortTaskDefinition(primaryOf(target.service)?.taskDefinition);
  const to = shortTaskDefinition(registration.arn);
  run.world.host.log.info(
    from === to
      ? `${target.name}: ${to} is already set`
      : `${target.name}: rolling back from ${from} to ${to}`,
  );
  const settings = await volumesBefore(run, target, registration, revisionArn);
  return deployTo(
    run,
    ecsSteps,
    target,
    registration,
    settings,
    { ...options, rollback: 'deploy' },
    onStarted,
  );
}

/**
 * A deployment in progress is stopped; one that ends before that is rolled back like any other.
 */
async function stopAndFollow(
  run: Run,
  target: Target,
  last: PastDeployment,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const { log } = run.world.host;
  const what = `deployment ${last.id} of ${shortTaskDefinition(last.version)}`;
  // Also for a rollback that someone else, or ECS, has started, so that a later attempt recognizes it; a mark
  // of it stays.
  if (findRollbackMark(run, target.service)?.mark.from !== last.id) await markRollback(run, target, last.id);
  if (isStopped(last.status))
    log.info(`${target.name}: ECS is already rolling back ${what}; following the rollback`);
  else {
    const came = await stopToRollBack(run, target.name, last.arn);
    if (came === 'stopping') log.info(`${target.name}: stopping ${what}; ECS will roll back`);
    else {
      log.info(
        came === 'SUCCESSFUL'
          ? `${target.name}: deployment ${last.id} became live before it could be stopped`
          : `${target.name}: ${what} is ${came} already`,
      );
      if (!came.startsWith('ROLLBACK_')) return takeBack(run, target, last, options, onStarted);
    }
  }
  const outcome = await followDeployment(run, target, last, { ...options, rollback: 'stop' }, async () => {});
  if (outcome.verdict === 'SUCCEEDED' || outcome.verdict === 'STOPPED') {
    log.info(`${target.name}: ${what} ended before the stop took effect: ${outcome.reason}`);
    return takeBack(run, target, last, options, onStarted);
  }
  return asRequestedRollback(outcome);
}

/** It ended otherwise than requested: the service and its history are read again. */
async function takeBack(
  run: Run,
  given: Target,
  was: PastDeployment,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const { target, past } = await readBoth(run, await readAgain(run, given, betweenReads));
  const last = past.at(-1);
  if (last && last.id !== was.id) throw replacedByAnother(target.name, was, last);
  const present = primaryOf(target.service)?.taskDefinition ?? '';
  return goBack(run, target, past, present, options, onStarted);
}

async function followDeployment(
  run: Run,
  target: Target,
  { id, arn, taskDefinition, createdAt }: PastDeployment,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const primary = primaryOf(target.service);
  const made = { id, taskDefinition, createdAt: new Date(createdAt) };
  const ours = trackDeployment(
    target,
    made,
    primary?.id === id ? target.service.deployments?.find((one) => one.id !== id) : primary,
  );
  const registration =
    taskDefinition === target.taskDefinition?.taskDefinition.taskDefinitionArn
      ? asRunning(target)
      : await readRollbackRevision(run, target.name, taskDefinition);
  await onStarted(ours);
  const begun = { ours, arn, registration, startedAt: run.world.clock.elapsed() };
  return followByEcs(run, target, begun, { rollback: 'deploy', ...options });
}

/**
 * What an earlier attempt of this run started is resumed; what it completed leaves nothing to do.
 * @returns undefined when its first write took no effect
 * @throws ROLLBACK_IMPOSSIBLE when someone has deployed since
 */
async function resume(
  run: Run,
  given: Target,
  past: readonly PastDeployment[],
  mark: RollbackMark,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome | undefined> {
  const { log } = run.world.host;
  const last = past.at(-1);
  if (last?.outcome === 'open') {
    // It was about to be stopped, or is the one that goes back.
    if (last.id === mark.from && !isStopped(last.status)) return undefined;
    if (last.id !== mark.from && !isAsMarked(last.taskDefinition, mark))
      throw deployedSince(given.name, last.taskDefinition);
    log.info(`${given.name}: an earlier attempt of this run is rolling back; following the rollback`);
    return last.id === mark.from
      ? stopAndFollow(run, given, last, options, onStarted)
      : followDeployment(run, given, last, options, onStarted);
  }
  const primary = primaryOf(given.service);
  if (primary?.id === mark.from) return undefined;
  const isAsLeft = mark.to === undefined ? last?.id === mark.from : isAsMarked(primary?.taskDefinition, mark);
  if (!isAsLeft) throw deployedSince(given.name, primary?.taskDefinition);
  const target = await readUntilCertain(run, given, primary?.taskDefinition);
  const { newest, reads } = target.standing;
  const isOther = typeof newest === 'object' && isUnderWay(newest.status) && !isStopped(newest.status);
  const answer = judgeStanding(reads);
  if (answer === 'changed' || (isOther && newest.id !== primary?.id))
    throw deployedSince(
      given.name,
      isOther ? newest.taskDefinition : primaryOf(target.service)?.taskDefinition,
    );
  const ours = trackDeployment(target, primaryOf(target.service), undefined);
  await onStarted(ours);
  const registration = asRunning(target);
  if (answer !== 'noop')
    return followByEcs(run, target, { ours, registration, startedAt: run.world.clock.elapsed() }, options);
  const reason = `this run has already rolled it back: ${standingSentence(target.service, ours.taskDefinition)}`;
  return outcomeOf(
    { kind: 'NOOP', reason, live: ours.taskDefinition },
    { ours, registration, milliseconds: 0 },
  );
}

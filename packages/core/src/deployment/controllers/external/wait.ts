import type { TaskSet } from '@aws-sdk/client-ecs';
import { settleTime } from '../../../ecs/eventual-consistency.ts';
import { isRevision, shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isByLandfall, primaryTaskSet } from '../../../ecs/task-sets.ts';
import { followTo } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import { type Outcome, outcomeOf } from '../../report/outcome.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { betweenReads } from '../../rules/standing.ts';
import { isTaskSetLive } from '../../rules/task-set.ts';
import type { WaitRequest } from '../../service/find-deployment.ts';
import { readAgain } from '../../service/read-again.ts';
import { asRunning, type Target } from '../../service/read-service-targets.ts';
import { readRollbackRevision } from '../../service/rollback-revision.ts';
import { standingSentence } from '../../verdict/live-revision.ts';
import { isGreen, type Verdict } from '../../verdict/verdict.ts';
import { nameOthers, oursOf } from './deploy.ts';
import { wayOf } from './follow-task-set.ts';
import { timeOf } from './plan.ts';

/**
 * Watches a task set until it is the primary one, live, and what it replaced is gone: the requested one; or
 * the newest that Landfall has made to replace the primary one; or the primary one. Its creator must
 * take it there; this changes nothing.
 */
export async function waitForTaskSet(
  run: Run,
  given: Target,
  asked: WaitRequest,
  options: WaitOptions,
  onFound: (ours: TrackedDeployment) => Promise<void>,
): Promise<Outcome> {
  const { clock, host } = run.world;
  const startedAt = clock.elapsed();
  // The newest of all must still be that when whatever was written before shows; one that is named need not.
  const looksFor = asked.deploymentId === undefined ? settleTime : betweenReads;
  let target = given;
  if (asked.deploymentId === undefined && asked.taskDefinition === undefined)
    nameOthers(run, given, 'to wait for it, set `deployment-id`');
  for (;;) {
    let found = judgeAtOnce(target, asked);
    if (found.verdict && isGreen(found.verdict)) {
      const first = found.ours.deploymentId;
      target = await readAgain(run, target, Math.max(betweenReads, looksFor - (clock.elapsed() - startedAt)));
      found = judgeAtOnce(target, asked);
      if (found.ours.deploymentId !== first) continue;
    }
    const { ours, verdict } = found;
    if (!verdict || isGreen(verdict)) await onFound(ours);
    if (verdict) return outcomeOf(verdict, { ours, registration: asRunning(target), milliseconds: 0 });
    const outcome = await watchTaskSet(run, target, ours, options);
    const left = looksFor - (clock.elapsed() - startedAt);
    // Next to the primary one a run may have started another at any time.
    const wasPrimary =
      asked.deploymentId === undefined && primaryTaskSet(target.service)?.id === ours.deploymentId;
    const isFinal = left <= 0 && !wasPrimary;
    if (outcome.verdict !== 'SUCCEEDED' || isFinal || host.cancellation.aborted) return outcome;
    target = await readAgain(run, target, Math.max(betweenReads, left));
    if (judgeAtOnce(target, asked).ours.deploymentId === ours.deploymentId) return outcome;
  }
}

/** Follows a task set to its end; by default without doing anything to it. */
export async function watchTaskSet(
  run: Run,
  target: Target,
  ours: TrackedDeployment,
  options: WaitOptions,
  who: Parameters<typeof wayOf>[2] = { part: 'watch' },
): Promise<Outcome> {
  const registration = await readRollbackRevision(run, target.name, ours.taskDefinition);
  const begun = { ours, registration, startedAt: run.world.clock.elapsed() };
  return followTo(run, target, begun, options, wayOf(run, target, who));
}

export const newestOf = (sets: readonly TaskSet[]): TaskSet | undefined =>
  sets.toSorted((a, b) => timeOf(b) - timeOf(a))[0];

function judgeAtOnce(
  target: Target,
  { deploymentId, taskDefinition }: WaitRequest,
): { ours: TrackedDeployment; verdict?: Verdict | undefined } {
  const sets = (target.service.taskSets ?? []).filter((one) => one.status !== 'DRAINING');
  const primary = primaryTaskSet(target.service);
  const isAsked = (one: TaskSet | undefined) =>
    taskDefinition === undefined || (one !== undefined && isRevision(one.taskDefinition, taskDefinition));
  // A task set that someone keeps next to the primary one may never be made primary: there is nothing to
  // wait for.
  const begun = sets.filter((one) => isByLandfall(one) && timeOf(one) > timeOf(primary));
  // What is live is accepted, although something newer is of another revision.
  const asked = taskDefinition === undefined ? undefined : newestOf(sets.filter(isAsked));
  const newest = asked ?? newestOf(begun) ?? primary ?? newestOf(sets);
  const wanted = deploymentId === undefined ? newest : sets.find((one) => one.id === deploymentId);
  const ours = oursOf(target, wanted ?? newest);
  const live = primary?.taskDefinition;
  const told = live === undefined ? {} : { live };
  const end = (kind: Verdict['kind'], reason: string) => ({ ours, verdict: { kind, reason, ...told } });
  if (!wanted && deploymentId === undefined)
    return end('STOPPED', 'the service has no task set: nothing has been deployed to it');
  if (!wanted) return end('SUPERSEDED', `there is no task set ${deploymentId}${beside(primary)}`);
  const name = shortTaskDefinition(wanted.taskDefinition);
  if (taskDefinition !== undefined && !isRevision(wanted.taskDefinition, taskDefinition))
    return end('SUPERSEDED', `task set ${wanted.id} runs ${name}, not ${taskDefinition}`);
  const isAlone = sets.length === 1 && wanted.status === 'PRIMARY';
  if (!isAlone || !isTaskSetLive(wanted, target.service)) return { ours };
  return end(
    'NOOP',
    standingSentence(
      target.service,
      wanted.taskDefinition,
      (live) => `${live} is live: task set ${wanted.id} is primary and steady`,
    ),
  );
}

const beside = (primary: TaskSet | undefined) =>
  primary ? `; ${primary.id} of ${shortTaskDefinition(primary.taskDefinition)} is primary` : '';

import type { TaskSet } from '@aws-sdk/client-ecs';
import { primaryTaskSet } from '../code-deploy/task-sets.ts';
import { type FollowOptions, followTo } from '../follow.ts';
import { revisionToGoTo } from '../go-back.ts';
import { asRunning } from '../one-service.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';
import { isRevision, type Ours, shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { isGreen, type Verdict } from '../verdict.ts';
import type { Asked } from '../wait.ts';
import { oursOf } from './deploy.ts';
import { isSteady, timeOf } from './plan.ts';
import { wayOf } from './way.ts';

/**
 * Watches a task set until it is the primary one, steady, and alone: the one asked for, or the newest. Whoever made
 * it must take it there; this changes nothing.
 */
export async function waitForTaskSet(
  run: Run,
  target: Target,
  asked: Asked,
  options: FollowOptions,
  onFound: (ours: Ours) => Promise<void>,
): Promise<Outcome> {
  const sets = (target.service.taskSets ?? []).filter((one) => one.status !== 'DRAINING');
  const newest = newestOf(sets);
  const wanted =
    asked.deploymentId === undefined ? newest : sets.find((one) => one.id === asked.deploymentId);
  const ours = oursOf(target, wanted ?? newest);
  const known = judgeAtOnce(sets, wanted, asked);
  if (!known || isGreen(known)) await onFound(ours);
  if (known) return outcomeOf(known, { ours, registration: asRunning(target), milliseconds: 0 });
  return watchTaskSet(run, target, ours, options);
}

/** Follows a task set to its end without doing anything to it. */
export async function watchTaskSet(
  run: Run,
  target: Target,
  ours: Ours,
  options: FollowOptions,
): Promise<Outcome> {
  const registration = await revisionToGoTo(run, target.name, ours.taskDefinition);
  const begun = { ours, registration, startedAt: run.world.clock.elapsed() };
  return followTo(run, target, begun, options, wayOf(run, target, 'watch'));
}

export const newestOf = (sets: readonly TaskSet[]): TaskSet | undefined =>
  sets.toSorted((a, b) => timeOf(b) - timeOf(a))[0];

function judgeAtOnce(
  sets: readonly TaskSet[],
  wanted: TaskSet | undefined,
  { deploymentId, taskDefinition }: Asked,
): Verdict | undefined {
  const primary = primaryTaskSet({ taskSets: [...sets] });
  const live = primary?.taskDefinition;
  const told = live === undefined ? {} : { live };
  if (!wanted) {
    return deploymentId === undefined
      ? { kind: 'STOPPED', reason: 'the service has no task set: nothing is deployed to it', ...told }
      : { kind: 'SUPERSEDED', reason: `there is no task set ${deploymentId}${beside(primary)}`, ...told };
  }
  if (taskDefinition !== undefined && !isRevision(wanted.taskDefinition, taskDefinition)) {
    const name = shortTaskDefinition(wanted.taskDefinition);
    return {
      kind: 'SUPERSEDED',
      reason: `task set ${wanted.id} is one of ${name}, not of ${taskDefinition}`,
      ...told,
    };
  }
  if (sets.length > 1 || wanted.status !== 'PRIMARY' || !isSteady(wanted)) return undefined;
  const name = shortTaskDefinition(wanted.taskDefinition);
  return { kind: 'NOOP', reason: `${name} is live: task set ${wanted.id} is primary and steady`, ...told };
}

const beside = (primary: TaskSet | undefined) =>
  primary ? `; ${primary.id} of ${shortTaskDefinition(primary.taskDefinition)} is primary` : '';

import { absenceTime, settleTime } from '../../../ecs/eventual-consistency.ts';
import { isRevision, shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isOfDeployment, primaryTaskSet } from '../../../ecs/task-sets.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import type { CodeDeploy } from '../../../world/aws.ts';
import { followTo } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import { type Outcome, outcomeOf } from '../../report/outcome.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { betweenReads } from '../../rules/standing.ts';
import type { WaitRequest } from '../../service/find-deployment.ts';
import { asRunning, type Target } from '../../service/read-service-targets.ts';
import { standingSentence } from '../../verdict/live-revision.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import { type CodeDeployTarget, type CurrentTarget, readAllAgain, readInAgreement } from './read/current.ts';
import { asExisting, type Existing, readAsked, taskDefinitionOf } from './read/find-deployment.ts';
import { isTaskSet, trafficOf } from './read/task-set-traffic.ts';
import { isOver, isUndone } from './watch/codedeploy-watch.ts';
import { wayOf } from './watch/follow-codedeploy.ts';

/**
 * Follows a CodeDeploy deployment, ended or not, to its verdict: the requested one, or the newest.
 * @throws NOT_FOUND, INPUT_INVALID
 */
export async function waitByCodeDeploy(
  run: Run,
  given: CodeDeployTarget,
  asked: WaitRequest,
  options: WaitOptions,
  onFound: (ours: TrackedDeployment) => Promise<void>,
): Promise<Outcome> {
  const { clock, host, aws } = run.world;
  const codeDeploy = await aws.codeDeploy();
  const startedAt = clock.elapsed();
  // The newest of all must still be that when whatever was written before shows; one that is named need not.
  const isNamed = asked.deploymentId !== undefined;
  const looksFor = isNamed ? betweenReads : settleTime;
  const left = () => looksFor - (clock.elapsed() - startedAt);
  let target = await readInAgreement(run, given);
  for (;;) {
    let found: Existing;
    try {
      found = await findAsked(run, target, asked, codeDeploy);
    } catch (error) {
      // What is not there may not show yet; one by its id the user has from CodeDeploy itself.
      const isLate = isNamed || clock.elapsed() - startedAt > absenceTime || host.cancellation.aborted;
      if (isLate || !isLandfallError(error, 'NOT_FOUND')) throw error;
      target = await readAllAgain(run, target, 10_000);
      continue;
    }
    const { deploymentId } = found.ours;
    if (isLive(target, found)) {
      const first = found;
      target = await readAllAgain(run, target, Math.max(betweenReads, left()));
      found = await findAsked(run, target, asked, codeDeploy);
      if (found.ours.deploymentId !== deploymentId) {
        if (asked.taskDefinition === undefined || isAnother(first, asked) || !stillRuns(target, first))
          continue;
        await onFound(first.ours);
        return outcomeOf(replacedSince(target, first, found), { ...first, milliseconds: 0 });
      }
      if (isLive(target, found) && !isAnother(found, asked)) {
        await onFound(found.ours);
        return outcomeOf(noop(target, found), { ...found, milliseconds: 0 });
      }
    }
    const other = isAnother(found, asked);
    if (other) return outcomeOf({ ...other, ...liveOf(target) }, { ...found, milliseconds: 0 });
    await onFound(found.ours);
    sayOver(run, target, found);
    const outcome = await followExisting(run, target, found, options, codeDeploy);
    // After one that has ended a newer one may have been created at any time; while one is in progress
    // none can be.
    const wasOver = !isNamed && isOver(found.info.status);
    const isFinal = left() <= 0 && !wasOver;
    if (outcome.verdict !== 'SUCCEEDED' || isFinal || host.cancellation.aborted) return outcome;
    target = await readAllAgain(run, target, Math.max(betweenReads, left()));
    const again = await findAsked(run, target, asked, codeDeploy);
    if (again.ours.deploymentId === found.ours.deploymentId)
      // Green speaks of its last read.
      return isOver(again.info.status) && !isLive(target, again)
        ? followExisting(run, target, again, options, codeDeploy)
        : outcome;
    if (isAnother(again, asked) && stillRuns(target, found)) return outcome;
  }
}

function sayOver({ world }: Run, { name }: Target, { info, ours }: Existing): void {
  const { status, completeTime } = info;
  if (isOver(status) && completeTime)
    world.host.log.notice(
      `${name}: deployment ${ours.deploymentId} had ended before this step: ${status} at ${completeTime.toISOString()}`,
    );
}

/** Follows what has the traffic until it is live; where two reads show it so already, nothing is left to do. */
export async function waitForLive(
  run: Run,
  target: CurrentTarget,
  options: WaitOptions,
  onFound: (ours: TrackedDeployment) => Promise<void>,
  reasonOf: (standing: string) => string,
): Promise<Outcome> {
  const found = asCreated(target, { deploymentId: undefined, taskDefinition: undefined });
  await onFound(found.ours);
  const again = await readAllAgain(run, target);
  if (isLive(target, found) && isLive(again, found)) {
    const live = found.ours.taskDefinition;
    const verdict = { kind: 'NOOP', reason: reasonOf(standingSentence(again.service, live)), live } as const;
    return outcomeOf(verdict, { ...found, milliseconds: 0 });
  }
  return followExisting(run, again, found, options, await run.world.aws.codeDeploy());
}

export async function followExisting(
  run: Run,
  target: CurrentTarget,
  { ours, registration }: Existing,
  options: WaitOptions,
  codeDeploy: CodeDeploy,
): Promise<Outcome> {
  const by = target.codeDeploy;
  const begun = { ours, registration, startedAt: run.world.clock.elapsed() };
  return await followTo(run, target, begun, options, wayOf(run, by, codeDeploy));
}

async function findAsked(
  run: Run,
  target: CurrentTarget,
  asked: WaitRequest,
  codeDeploy: CodeDeploy,
): Promise<Existing> {
  const by = target.codeDeploy;
  const { deploymentId } = asked;
  const info =
    deploymentId === undefined
      ? newestOf(target, asked)
      : await readAsked(codeDeploy, by, deploymentId, run.world.host.cancellation);
  return info ? await asExisting(run, target, info) : asCreated(target, asked);
}

/**
 * The newest; of a requested revision, the one that has the traffic, although a newer one is of another
 * one.
 */
function newestOf({ codeDeploy, service }: CurrentTarget, { taskDefinition }: WaitRequest) {
  const { last, maker } = codeDeploy.current;
  const isAsked = (of: string | undefined) =>
    taskDefinition === undefined || (of !== undefined && isRevision(of, taskDefinition));
  const isLiveAsked = isAsked(primaryTaskSet(service)?.taskDefinition);
  return last && maker && isLiveAsked && !isAsked(taskDefinitionOf(last)) ? maker : last;
}

/** It has succeeded, has the traffic, and runs what makes it live. */
function isLive({ service }: Target, { info, ours }: Existing): boolean {
  const traffic = trafficOf({ ours, service });
  return info.status === 'Succeeded' && !isUndone(info) && traffic.on === 'ours' && traffic.isLive;
}

const stillRuns = ({ service }: Target, { ours }: Existing): boolean =>
  service.taskSets?.some(
    (one) => isOfDeployment(one, ours.deploymentId) && one.status !== 'DRAINING' && one.runningCount !== 0,
  ) === true;

/**
 * The newest deployment of the version that was requested has succeeded, and another version came after it.
 */
const replacedSince = (target: Target, { ours }: Existing, later: Existing): Verdict => ({
  kind: 'NOOP',
  reason: `deployment ${ours.deploymentId} of ${shortTaskDefinition(ours.taskDefinition)} succeeded and its tasks are still running; deployment ${later.ours.deploymentId} of ${shortTaskDefinition(later.ours.taskDefinition)} was started after it`,
  ...liveOf(target),
});

function isAnother({ ours }: Existing, { taskDefinition }: WaitRequest): Verdict | undefined {
  if (taskDefinition === undefined || isRevision(ours.taskDefinition, taskDefinition)) return undefined;
  const name = shortTaskDefinition(ours.taskDefinition);
  return {
    kind: 'SUPERSEDED',
    reason: `deployment ${ours.deploymentId} deploys ${name}, not ${taskDefinition}`,
  };
}

const liveOf = ({ service }: Target) => {
  const live = primaryTaskSet(service)?.taskDefinition;
  return live === undefined ? {} : { live };
};

function noop({ service }: Target, { ours }: Existing): Verdict {
  const reason = standingSentence(service, ours.taskDefinition, (name) =>
    isTaskSet(ours)
      ? `${name} has been live since the service was created; CodeDeploy has not deployed anything yet`
      : `${name} is live: deployment ${ours.deploymentId} has succeeded`,
  );
  return { kind: 'NOOP', reason, live: ours.taskDefinition };
}

/** The service as it was created: its first task set stands for a deployment. */
function asCreated(target: Target, { taskDefinition }: WaitRequest): Existing {
  const { cluster, name, service } = target;
  const primary = primaryTaskSet(service);
  const is = taskDefinition === undefined || isRevision(primary?.taskDefinition, taskDefinition);
  if (!is || !primary?.taskDefinition || !primary.id) {
    throw new LandfallError('NOT_FOUND', {
      summary: `CodeDeploy has not deployed ${name} yet; the service was created with ${shortTaskDefinition(primary?.taskDefinition)} (${primary?.stabilityStatus ?? 'no task set'})`,
      facts: { cluster, service: name },
    });
  }
  const ours: TrackedDeployment = {
    cluster,
    service: name,
    serviceArn: service.serviceArn ?? '',
    deploymentId: primary.id,
    taskDefinition: primary.taskDefinition,
    createdAt: primary.createdAt?.getTime() ?? 0,
  };
  return { info: { status: 'Succeeded' }, ours, registration: asRunning(target) };
}

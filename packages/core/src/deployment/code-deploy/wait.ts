import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { CodeDeploy } from '../../world/aws.ts';
import { type FollowOptions, followTo } from '../follow.ts';
import { asRunning } from '../one-service.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';
import { isRevision, type Ours, shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { isGreen, type Verdict } from '../verdict.ts';
import type { Asked } from '../wait.ts';
import { asExisting, type Existing, readAsked, readCurrent } from './existing.ts';
import { liveTaskDefinition, primaryTaskSet } from './task-sets.ts';
import { wayOf, withWaits } from './way.ts';

/**
 * Follows a deployment that CodeDeploy makes or has made to its verdict: the one asked for, or the newest.
 * @throws NOT_FOUND, INPUT_INVALID
 */
export async function waitByCodeDeploy(
  run: Run,
  target: Target,
  asked: Asked,
  options: FollowOptions,
  onFound: (ours: Ours) => Promise<void>,
): Promise<Outcome> {
  const { world } = run;
  const codeDeploy = await world.aws.codeDeploy();
  const info = await findAsked(codeDeploy, target, asked, world.host.cancellation);
  if (!info) return neverDeployed(target, asked);
  const found = await asExisting(run, target, info);
  const { ours, registration } = found;
  const known = judgeAtOnce(found, target, asked);
  if (!known || isGreen(known)) await onFound(ours);
  if (known) return outcomeOf(known, { ours, registration, milliseconds: 0 });
  return await followExisting(run, target, found, options, codeDeploy);
}

export async function followExisting(
  run: Run,
  target: Target,
  { ours, registration }: Existing,
  options: FollowOptions,
  codeDeploy: CodeDeploy,
): Promise<Outcome> {
  const by = target.codeDeploy!;
  const begun = { ours, registration, startedAt: run.world.clock.elapsed() };
  return await followTo(run, target, begun, withWaits(options, by), wayOf(run, by, codeDeploy));
}

async function findAsked(
  codeDeploy: CodeDeploy,
  target: Target,
  { deploymentId }: Asked,
  signal: AbortSignal,
): Promise<DeploymentInfo | undefined> {
  const by = target.codeDeploy!;
  if (deploymentId !== undefined) return readAsked(codeDeploy, by, deploymentId, signal);
  return (await readCurrent(codeDeploy, by, signal)).last;
}

function judgeAtOnce(
  { info, ours }: Existing,
  { service }: Target,
  { taskDefinition }: Asked,
): Verdict | undefined {
  const name = shortTaskDefinition(ours.taskDefinition);
  const live = liveTaskDefinition(service);
  if (taskDefinition !== undefined && !isRevision(ours.taskDefinition, taskDefinition)) {
    return {
      kind: 'SUPERSEDED',
      reason: `deployment ${ours.deploymentId} is one of ${name}, not of ${taskDefinition}`,
      ...(live !== undefined && { live }),
    };
  }
  if (info.status !== 'Succeeded') return undefined;
  const primary = primaryTaskSet(service);
  if (primary?.externalId === ours.deploymentId || live === ours.taskDefinition) {
    const reason = `${name} is live: deployment ${ours.deploymentId} has succeeded`;
    return { kind: 'NOOP', reason, live: ours.taskDefinition };
  }
  return {
    kind: 'SUPERSEDED',
    reason: `deployment ${ours.deploymentId} had succeeded, but another came after it`,
    ...(live !== undefined && { live }),
  };
}

/** The service as it was created: its first task set is live when it is steady. */
function neverDeployed(target: Target, { taskDefinition }: Asked): Outcome {
  const { cluster, name, service } = target;
  const primary = primaryTaskSet(service);
  const is = taskDefinition === undefined || isRevision(primary?.taskDefinition, taskDefinition);
  if (!is || !primary?.taskDefinition || primary.stabilityStatus !== 'STEADY_STATE') {
    throw new LandfallError('NOT_FOUND', {
      summary: `CodeDeploy has made no deployment of ${name} yet; what it was created with is ${shortTaskDefinition(primary?.taskDefinition)} (${primary?.stabilityStatus ?? 'no task set'})`,
      facts: { cluster, service: name },
    });
  }
  const ours: Ours = {
    cluster,
    service: name,
    serviceArn: service.serviceArn ?? '',
    deploymentId: '',
    taskDefinition: primary.taskDefinition,
    createdAt: 0,
  };
  const reason = `${shortTaskDefinition(primary.taskDefinition)} is live since the service was created; CodeDeploy has deployed nothing yet`;
  const verdict = { kind: 'NOOP', reason, live: primary.taskDefinition } as const;
  return outcomeOf(verdict, { ours, registration: asRunning(target), milliseconds: 0 });
}

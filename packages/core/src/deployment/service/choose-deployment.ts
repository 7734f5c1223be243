import type { Deployment } from '@aws-sdk/client-ecs';
import { deploymentOf, primaryOf } from '../../ecs/deployments.ts';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { absenceTime, settleTime } from '../../ecs/eventual-consistency.ts';
import { isUnderWay } from '../../ecs/newest-first.ts';
import { isRevision, shortTaskDefinition } from '../../ecs/short-names.ts';
import { within } from '../../ecs/write-once.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { isSettled } from '../rules/complete.ts';
import { standingSentence } from '../verdict/live-revision.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { type Found, findRequested, type WaitRequest } from './find-deployment.ts';
import { tryReadAgain } from './read-again.ts';
import type { Target } from './read-service-targets.ts';
import { trackDeployment, trackPrimary } from './tracked-deployment.ts';

/** The deployment that a step waits for, with the service as it was then read. */
export interface Chosen {
  readonly target: Target;
  readonly ours: TrackedDeployment;
  readonly arn?: string | undefined;
  /** It was over when the step began: only its end is left to tell. */
  readonly isOver?: boolean;
  /** Known at once. */
  readonly verdict?: Verdict;
}

/**
 * Which deployment a step waits for: the one of an id; or else the newest of a task definition, or of all, in whatever
 * state. One that is over must still be the newest when reads are no longer behind.
 * @throws INPUT_INVALID when only an id can tell
 */
export async function chooseDeployment(run: EcsAccess, target: Target, asked: WaitRequest): Promise<Chosen> {
  if (asked.deploymentId !== undefined) return byId(run, target, asked.deploymentId, asked.taskDefinition);
  const first = await findNewest(run, target, asked);
  if (first !== 'none' && isUnderWay(first.status)) return { target, ours: first.ours, arn: first.arn };
  await run.world.clock.sleep(settleTime, run.world.host.cancellation);
  const fresh = (await tryReadAgain(run, target)) ?? target;
  const found = await findNewest(run, fresh, asked);
  if (found === 'none') return byPrimary(fresh, asked.taskDefinition);
  const { ours, arn, status } = found;
  const isOver = !isUnderWay(status);
  return { target: fresh, ours, arn, isOver, ...(status === 'SUCCESSFUL' && live(fresh, ours)) };
}

async function findNewest(run: EcsAccess, target: Target, asked: WaitRequest): Promise<Found | 'none'> {
  const found = await findRequested(run, target, asked);
  if (found !== 'unreadable') return found;
  throw new LandfallError('INPUT_INVALID', {
    summary: `deployment-id: the service deployments of ${target.name} may not be read, and the service alone does not distinguish a deployment that was rolled back from one that never existed`,
    remedy:
      'Set `deployment-id` to the output of the step that started the deployment, or allow ecs:ListServiceDeployments and ecs:DescribeServiceRevisions.',
    facts: { service: target.name },
  });
}

/** It is PRIMARY and alive: nothing has to be followed. */
function live({ service }: Target, ours: TrackedDeployment): { verdict: Verdict } | undefined {
  const primary = primaryOf(service);
  if (primary?.id !== ours.deploymentId || !isAlive(taskCounts(service, primary.runningCount)))
    return undefined;
  // It has succeeded once; a rollback to it may be in progress.
  const isDone =
    primary.rolloutState === undefined
      ? isSettled(service, primary.id)
      : primary.rolloutState === 'COMPLETED';
  if (!isDone) return undefined;
  return {
    verdict: {
      kind: 'NOOP',
      reason: standingSentence(
        service,
        ours.taskDefinition,
        (name) => `${name} is live: deployment ${ours.deploymentId} has completed`,
      ),
      live: ours.taskDefinition,
    },
  };
}

/** ECS remembers no deployment of it: what has been there for longer than that. */
function byPrimary(target: Target, taskDefinition: string | undefined): Chosen {
  const primary = primaryOf(target.service);
  const ours = trackPrimary(target);
  if (taskDefinition !== undefined && !isRevision(primary?.taskDefinition, taskDefinition)) {
    const isComplete = primary?.rolloutState === 'COMPLETED';
    return {
      target,
      ours: { ...ours, taskDefinition },
      verdict: {
        kind: 'SUPERSEDED',
        reason: `the service ${isComplete ? 'runs' : 'is being set to'} ${shortTaskDefinition(primary?.taskDefinition)}`,
        remedy: `Deploy ${taskDefinition} again if it should be live, or omit \`task-definition\`.`,
        ...(isComplete && primary.taskDefinition !== undefined && { live: primary.taskDefinition }),
      },
    };
  }
  const isOnly = target.service.deployments?.length === 1;
  const isDone = isOnly && primary?.rolloutState === 'COMPLETED';
  return { target, ours, ...(isDone && live(target, ours)) };
}

async function byId(
  run: EcsAccess,
  given: Target,
  deploymentId: string,
  taskDefinition: string | undefined,
): Promise<Chosen> {
  const { clock, host } = run.world;
  let target = given;
  let isUnreadable = false;
  const chosen = await within(
    clock,
    host.cancellation,
    async (): Promise<Chosen | undefined> => {
      const shown = deploymentOf(target.service, deploymentId);
      if (shown?.status === 'PRIMARY')
        return { target, ours: trackPrimary(target), arn: target.service.currentServiceDeployment };
      const found = await findRequested(run, target, { deploymentId, taskDefinition: undefined });
      if (typeof found === 'object')
        return { target, ours: found.ours, arn: found.arn, isOver: !isUnderWay(found.status) };
      isUnreadable = found === 'unreadable';
      if (shown)
        return {
          target,
          ours: { ...trackDeployment(target, shown, undefined), earlier: before(target, shown) },
        };
      target = (await tryReadAgain(run, target)) ?? target;
      return undefined;
    },
    absenceTime,
  );
  if (!chosen) return unknownId(target, deploymentId, isUnreadable);
  const { ours } = chosen;
  if (taskDefinition === undefined || isRevision(ours.taskDefinition, taskDefinition)) return chosen;
  return {
    target,
    ours: { ...ours, taskDefinition },
    verdict: {
      kind: 'SUPERSEDED',
      reason: `deployment ${deploymentId} is of ${shortTaskDefinition(ours.taskDefinition)}`,
      remedy: `Deploy ${taskDefinition} again if it should be live, or omit \`task-definition\`.`,
    },
  };
}

/** What a service had before one of its deployments: another may have replaced that since. */
const before = ({ service }: Target, { createdAt }: Deployment): readonly string[] =>
  (service.deployments ?? []).flatMap((one) =>
    one.id !== undefined && createdAt !== undefined && (one.createdAt ?? createdAt) < createdAt ? one.id : [],
  );

function unknownId(target: Target, deploymentId: string, isUnreadable: boolean): Chosen {
  const primary = primaryOf(target.service);
  const name = shortTaskDefinition(primary?.taskDefinition);
  return {
    target,
    ours: { ...trackPrimary(target), deploymentId, taskDefinition: '' },
    verdict: {
      kind: isUnreadable ? 'UNKNOWN' : 'SUPERSEDED',
      reason: `deployment ${primary?.id} of ${name} is PRIMARY, and ECS shows nothing about the requested one`,
      remedy: isUnreadable
        ? 'Allow ecs:ListServiceDeployments: it shows how a deployment that is no longer PRIMARY ended.'
        : 'Check the id; a deployment that is no longer PRIMARY was superseded or rolled back.',
      ...(primary?.rolloutState === 'COMPLETED' &&
        primary.taskDefinition !== undefined && { live: primary.taskDefinition }),
    },
  };
}

import type { DeploymentLifecycleHookDetail, ServiceDeployment } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../../ecs/deployments.ts';
import { type Newest, readNewest } from '../../../ecs/newest-deployment.ts';
import { isStopped, isUnderWay } from '../../../ecs/newest-first.ts';
import { readServiceDeployments } from '../../../ecs/read-services.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { sendOnce, unlessPassing, within } from '../../../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import { invalidInputs } from '../../../inputs/parse-inputs.ts';
import { isDenied } from '../../../reading/trouble.ts';
import type { Run } from '../../follow/run.ts';
import type { Outcome } from '../../report/outcome.ts';
import { asRequestedRollback } from '../../report/requested-rollback.ts';
import { rollbackOptions } from '../../rollback/goal.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { asRunning, type Target } from '../../service/read-service-targets.ts';
import { readRollbackRevision } from '../../service/rollback-revision.ts';
import { otherThan, trackDeployment } from '../../service/tracked-deployment.ts';
import { followByEcs } from './follow.ts';

interface Told {
  readonly hook: string | undefined;
  readonly action: 'continue' | 'rollback';
}

/** The newest deployment of a service, and how its hooks stand. */
interface Open {
  readonly newest: Pick<Newest, 'id' | 'arn' | 'taskDefinition' | 'createdAt'>;
  readonly deployment: ServiceDeployment;
}

/**
 * Answers the pause hook of the newest deployment with continue or roll back, and follows the deployment from
 * there. If the hook was already answered, by an earlier attempt or by someone else, the deployment is followed.
 * @throws NOT_PAUSED, INPUT_INVALID
 */
export async function continueByHook(
  run: Run,
  target: Target,
  told: Told,
  options: WaitOptions,
  onFound: (ours: TrackedDeployment) => Promise<void>,
): Promise<Outcome> {
  let open: Open | undefined;
  // Neither a hook that waits nor one that was answered: the reads may be behind.
  await within(run.world.clock, run.world.host.cancellation, async () => {
    open = await findOpen(run, target);
    const isThere =
      hooksOf(open, 'AWAITING_ACTION').length > 0 || (open && isAnswered(open.deployment, told));
    return isThere || undefined;
  });
  const waiting = hooksOf(open, 'AWAITING_ACTION');
  const hook = chooseHook(target, waiting, told.hook);
  if (!open || (!hook && !isAnswered(open.deployment, told))) {
    refuseCancelled(run, target);
    throw notPaused(target, waiting, told.hook);
  }
  const { id, arn, taskDefinition, createdAt } = open.newest;
  const made = { id, taskDefinition, createdAt: new Date(createdAt) };
  const ours = trackDeployment(target, made, otherThan(target.service, id));
  await onFound(ours);
  if (hook) await tell(run, target, arn, hook, told);
  else
    run.world.host.log.notice(
      isStopped(open.deployment.status)
        ? `${target.name}: deployment ${id} is already ${open.deployment.status}; following it`
        : `${target.name}: the hook of deployment ${id} was already answered with ${told.action}; following the deployment`,
    );
  const isLive = taskDefinition === target.taskDefinition?.taskDefinition.taskDefinitionArn;
  const registration =
    isLive || taskDefinition === undefined
      ? asRunning(target)
      : await readRollbackRevision(run, target.name, taskDefinition);
  const begun = { ours, arn, registration, startedAt: run.world.clock.elapsed() };
  if (told.action === 'continue')
    // The answer may come before the hook's state: this pause must not end the watch, another one may.
    return followByEcs(run, target, begun, { ...options, answeredHook: hook?.hookId });
  const back = { ...rollbackOptions(options, run.world, target.name), rollback: 'stop' as const };
  const outcome = await followByEcs(run, target, begun, back);
  return outcome.verdict === 'SUCCEEDED' ? tooLate(outcome, ours) : asRequestedRollback(outcome);
}

async function findOpen(run: Run, target: Target): Promise<Open | undefined> {
  const signal = run.world.host.cancellation;
  const newest = await readNewest(run.ecs, target, signal);
  const arn = typeof newest === 'object' ? newest.arn : target.service.currentServiceDeployment;
  if (arn === undefined) return undefined;
  const deployment = (await readServiceDeployments(run.ecs, [arn], { signal })).get(arn);
  if (!deployment) return undefined;
  if (typeof newest === 'object') return { newest, deployment };
  // The list may not be read: the service names one, which may be behind.
  const primary = primaryOf(target.service);
  const createdAt = primary?.createdAt?.getTime() ?? 0;
  const { id = '', taskDefinition } = primary ?? {};
  return { newest: { id, arn, taskDefinition, createdAt }, deployment };
}

const hooksOf = (open: Open | undefined, status: string): readonly DeploymentLifecycleHookDetail[] =>
  (open?.deployment.lifecycleHookDetails ?? []).filter((hook) => hook.status === status);

function chooseHook(
  { name }: Target,
  waiting: readonly DeploymentLifecycleHookDetail[],
  named: string | undefined,
): DeploymentLifecycleHookDetail | undefined {
  if (named !== undefined) return waiting.find(({ hookId }) => hookId === named);
  const [first, ...others] = waiting;
  if (others.length === 0) return first;
  const ids = waiting.map(({ hookId }) => hookId).join(', ');
  throw invalidInputs([
    { input: 'hook', problem: `must name one: several hooks of ${name} are waiting (${ids})` },
  ]);
}

/** It was already answered: the hook has ended as requested, or ECS does what was requested. */
function isAnswered(deployment: ServiceDeployment, { hook: named, action }: Told): boolean {
  const { status, lifecycleHookDetails: hooks = [] } = deployment;
  if (action === 'rollback') return isStopped(status) && status !== 'STOPPED';
  return hooks.some(
    ({ hookId, targetType, status: ended }) =>
      ended === 'SUCCEEDED' && targetType === 'PAUSE' && (named === undefined || hookId === named),
  );
}

/** Sent once. Where the answer is lost, or ECS refuses, the hook shows whether it was answered. */
async function tell(
  run: Run,
  { name }: Target,
  arn: string,
  { hookId }: DeploymentLifecycleHookDetail,
  { action }: Told,
): Promise<void> {
  const { ecs, world } = run;
  const signal = world.host.cancellation;
  const isTold = async () => {
    const deployment = (await readServiceDeployments(ecs, [arn], { signal })).get(arn);
    const waits = deployment?.lifecycleHookDetails?.some(
      (hook) => hook.hookId === hookId && hook.status === 'AWAITING_ACTION',
    );
    return deployment && (!waits || !isUnderWay(deployment.status)) ? true : undefined;
  };
  try {
    await sendOnce<unknown>(
      {
        name: `answering hook ${hookId} of ${name} with ${action}`,
        send: () =>
          ecs.continueServiceDeployment(
            {
              serviceDeploymentArn: arn,
              hookId,
              action: action === 'continue' ? 'CONTINUE' : 'ROLLBACK',
            },
            { signal },
          ),
        find: () => unlessPassing(isTold),
      },
      { clock: world.clock, signal },
    );
    world.host.log.info(`${name}: answered hook ${hookId} with ${action}`);
  } catch (refused) {
    if (!isLandfallError(refused) || refused.applied !== 'no' || isDenied(refused)) throw refused;
    if (!(await isTold())) throw refused;
    world.host.log.notice(
      `${name}: hook ${hookId} was answered by someone else in the meantime; following the deployment`,
    );
  }
}

/** A wait that was cut short does not show that nothing is paused. @throws CANCELLED */
export function refuseCancelled({ world }: Run, { name }: Target): void {
  if (world.host.cancellation.aborted)
    throw new LandfallError('CANCELLED', {
      summary: `the run was cancelled before a paused deployment of ${name} was found; nothing was answered`,
    });
}

/** It became live before it could be rolled back: what was requested has not happened. */
export function tooLate(
  outcome: Outcome,
  { cluster, service, deploymentId, taskDefinition }: TrackedDeployment,
): Outcome {
  const reason = `${shortTaskDefinition(taskDefinition)} became live before it could be rolled back`;
  return {
    ...outcome,
    status: 'failed',
    verdict: 'FAILED',
    reason,
    error: new LandfallError('DEPLOYMENT_FAILED', {
      summary: `${service} is not rolled back: ${reason}`,
      remedy: 'Roll it back with rollback-service.',
      facts: { cluster, service, deploymentId, taskDefinition, verdict: 'FAILED' },
    }),
  };
}

function notPaused(
  { name }: Target,
  waiting: readonly DeploymentLifecycleHookDetail[],
  hook: string | undefined,
): LandfallError {
  const ids = waiting.map(({ hookId }) => hookId);
  const others = ids.length > 0 ? ` (waiting: ${ids.join(', ')})` : '';
  return new LandfallError('NOT_PAUSED', {
    summary: `${name} has no paused deployment${hook === undefined ? '' : ` at hook ${hook}`}${others}`,
    facts: { service: name, waiting: ids },
  });
}

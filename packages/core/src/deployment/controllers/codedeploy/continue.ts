import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Current } from '../../../codedeploy/deployment-group.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { sendOnce, unlessPassing, within } from '../../../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import { isDenied } from '../../../reading/trouble.ts';
import type { CodeDeploy } from '../../../world/aws.ts';
import type { Run } from '../../follow/run.ts';
import type { Outcome } from '../../report/outcome.ts';
import { asRequestedRollback } from '../../report/requested-rollback.ts';
import { rollbackOptions } from '../../rollback/goal.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { refuseCancelled, tooLate } from '../ecs/continue-by-hook.ts';
import {
  type CodeDeployTarget,
  type CurrentTarget,
  readAgainInAgreement,
  readInAgreement,
} from './read/current.ts';
import { asExisting, type Existing } from './read/find-deployment.ts';
import { readDeployments, readTarget } from './read/read-deployments.ts';
import { stopToRollBack } from './stop.ts';
import { followExisting } from './wait.ts';
import { eventOf } from './watch/codedeploy-watch.ts';

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ContinueDeployment.html, deploymentWaitType */
export const waits = ['READY_WAIT', 'TERMINATION_WAIT'] as const;
export type Wait = (typeof waits)[number];

interface Told {
  readonly wait: Wait;
  readonly action: 'continue' | 'rollback';
}

/**
 * Ends a deployment's wait for a person, or has CodeDeploy roll it back, and follows it from there. The
 * termination wait is ended only when it is named: with the old task set goes the quick way back. A deployment that
 * was already answered, by an earlier attempt or by someone else, is followed.
 * @throws NOT_PAUSED when no deployment is in that wait; nothing is sent then
 */
export async function continueByCodeDeploy(
  run: Run,
  given: CodeDeployTarget,
  { wait = 'READY_WAIT', action }: { wait: Wait | undefined; action: Told['action'] },
  options: WaitOptions,
): Promise<Outcome> {
  const { world } = run;
  if (options.until === 'paused')
    throw new LandfallError('INPUT_INVALID', {
      summary: `wait-until paused: a CodeDeploy deployment of ${given.name} does not pause again once continued`,
      remedy: 'Omit `wait-until`.',
    });
  const codeDeploy = await world.aws.codeDeploy();
  let target = await readInAgreement(run, given);
  const told = { wait, action };
  const first = await standing(run, target, told, codeDeploy);
  // Neither one that waits nor one that was answered: the reads may be behind.
  const stands =
    first ??
    (await within(world.clock, world.host.cancellation, async () => {
      target = await readAgainInAgreement(run, target);
      return standing(run, target, told, codeDeploy);
    }));
  if (!stands) {
    refuseCancelled(run, target);
    throw notPaused(target, wait);
  }
  const { isTold } = stands;
  const found = await asExisting(run, target, stands.info);
  const { deploymentId, taskDefinition } = found.ours;
  if (isTold)
    world.host.log.notice(
      `${target.name}: deployment ${deploymentId} of ${shortTaskDefinition(taskDefinition)} was already answered with ${action}; following it`,
    );
  if (action === 'continue') {
    if (!isTold) await goOn(run, target, found, wait, codeDeploy);
    return followExisting(run, target, found, { ...options, waitThroughPause: true }, codeDeploy);
  }
  if (!isTold) {
    await stopToRollBack(run, codeDeploy, deploymentId);
    world.host.log.info(`${target.name}: stopping deployment ${deploymentId}; CodeDeploy will roll back`);
  }
  const back = { ...rollbackOptions(options, world, target.name), rollback: 'stop' as const };
  const outcome = await followExisting(run, target, found, back, codeDeploy);
  return outcome.verdict === 'SUCCEEDED' ? tooLate(outcome, found.ours) : asRequestedRollback(outcome);
}

/** The deployment that is in that wait, or that was already continued or stopped. */
async function standing(
  run: Run,
  target: CurrentTarget,
  told: Told,
  codeDeploy: CodeDeploy,
): Promise<{ readonly info: DeploymentInfo; readonly isTold: boolean } | undefined> {
  const { active, isUndone, last } = target.codeDeploy.current;
  if (active && !isUndone && waitOf(active) === told.wait) return { info: active, isTold: false };
  const isTold = last !== undefined && (await isAnswered(run, target, last, told, codeDeploy));
  return isTold ? { info: last, isTold } : undefined;
}

/** Sent once. Where the answer is lost, or CodeDeploy refuses, the deployment shows whether it continues. */
async function goOn(
  { world }: Run,
  { name }: Target,
  { ours: { deploymentId, taskDefinition } }: Existing,
  wait: Wait,
  codeDeploy: CodeDeploy,
): Promise<void> {
  const signal = world.host.cancellation;
  const goesOn = async () => {
    const info = (await readDeployments(codeDeploy, [deploymentId], { signal })).get(deploymentId);
    return info && waitOf(info) !== wait ? true : undefined;
  };
  try {
    await sendOnce<unknown>(
      {
        name: `continuing deployment ${deploymentId} from ${wait}`,
        send: () => codeDeploy.continueDeployment({ deploymentId, deploymentWaitType: wait }, { signal }),
        find: () => unlessPassing(goesOn),
      },
      { clock: world.clock, signal },
    );
    world.host.log.info(
      `${name}: continued deployment ${deploymentId} of ${shortTaskDefinition(taskDefinition)} from ${wait}`,
    );
  } catch (refused) {
    if (!isLandfallError(refused) || refused.applied !== 'no' || isDenied(refused)) throw refused;
    if (!(await goesOn())) throw refused;
    world.host.log.notice(
      `${name}: deployment ${deploymentId} was answered by someone else in the meantime; following it`,
    );
  }
}

/** It was already continued or stopped: it has left its wait in the requested direction. */
async function isAnswered(
  { world }: Run,
  { cluster, name, codeDeploy: by }: CurrentTarget,
  info: DeploymentInfo,
  { wait, action }: Told,
  codeDeploy: CodeDeploy,
): Promise<boolean> {
  if (action === 'rollback') return isGoingBack(by?.current, info);
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: blue } =
    info.blueGreenDeploymentConfiguration ?? {};
  if (wait === 'TERMINATION_WAIT')
    return info.status === 'Succeeded' && (blue?.terminationWaitTimeInMinutes ?? 0) > 0;
  if (ready?.actionOnTimeout !== 'STOP_DEPLOYMENT') return false;
  if (info.status === 'Succeeded') return true;
  const { deploymentId = '' } = info;
  const signal = world.host.cancellation;
  const target = await readTarget(codeDeploy, deploymentId, cluster, name, { signal });
  const after = eventOf(target, 'BeforeAllowTraffic')?.status ?? 'Pending';
  return after === 'InProgress' || after === 'Succeeded' || after === 'Skipped';
}

const isGoingBack = (current: Current | undefined, { rollbackInfo }: DeploymentInfo): boolean =>
  current?.isUndone === true || rollbackInfo?.rollbackDeploymentId !== undefined;

/** In which wait it stands. Ready comes before the traffic; after it, only the flag tells. */
export function waitOf({ status, instanceTerminationWaitTimeStarted }: DeploymentInfo): Wait | undefined {
  if (instanceTerminationWaitTimeStarted) return 'TERMINATION_WAIT';
  return status === 'Ready' ? 'READY_WAIT' : undefined;
}

function notPaused({ name, codeDeploy }: CurrentTarget, wait: Wait): LandfallError {
  const { active, isUndone } = codeDeploy.current;
  const other = active && !isUndone ? waitOf(active) : undefined;
  const state = isUndone ? 'is being rolled back' : other ? `is in ${other}` : `is ${active?.status}`;
  return new LandfallError('NOT_PAUSED', {
    summary: active
      ? `deployment ${active.deploymentId} of ${name} ${state}, not in ${wait}`
      : `${name} has no paused deployment: deployment group ${codeDeploy?.group} has none in progress`,
    remedy:
      other === 'TERMINATION_WAIT'
        ? 'Its traffic has already shifted. To terminate the old task set now, set `hook: TERMINATION_WAIT`.'
        : 'Check the deployment in CodeDeploy: it may already have been continued or stopped.',
    facts: { service: name, deploymentId: active?.deploymentId, status: active?.status },
  });
}

import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { LandfallError } from '../../errors/landfall-error.ts';
import { asAsked } from '../as-asked.ts';
import type { FollowOptions } from '../follow.ts';
import type { Outcome } from '../outcome.ts';
import { shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { asExisting, readCurrent } from './existing.ts';
import { followExisting } from './wait.ts';

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ContinueDeployment.html, deploymentWaitType */
export const waits = ['READY_WAIT', 'TERMINATION_WAIT'] as const;
export type Wait = (typeof waits)[number];

/**
 * Ends the wait of a deployment for somebody, or has CodeDeploy roll it back, and follows it from there. The
 * termination wait is ended only when it is named: with the old task set goes the quick way back.
 * @throws NOT_PAUSED when no deployment stands in that wait; nothing is sent then
 */
export async function continueByCodeDeploy(
  run: Run,
  target: Target,
  { wait = 'READY_WAIT', action }: { wait: Wait | undefined; action: 'continue' | 'rollback' },
  options: FollowOptions,
): Promise<Outcome> {
  const { world } = run;
  if (options.until === 'paused')
    throw new LandfallError('INPUT_INVALID', {
      summary: `wait-until paused: a deployment of ${target.name} in CodeDeploy does not pause again after it was continued`,
      remedy: 'Leave out `wait-until`.',
    });
  const signal = world.host.cancellation;
  const codeDeploy = await world.aws.codeDeploy();
  const { active, isUndone } = await readCurrent(codeDeploy, target, signal);
  if (!active || isUndone || waitOf(active) !== wait) throw notPaused(target, active, isUndone, wait);
  const found = await asExisting(run, target, active);
  const deploymentId = found.ours.deploymentId;
  if (action === 'rollback') {
    await codeDeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true }, { signal });
    world.host.log.info(`${target.name}: stopping deployment ${deploymentId}; CodeDeploy rolls back`);
    return asAsked(await followExisting(run, target, found, options, codeDeploy));
  }
  await codeDeploy.continueDeployment({ deploymentId, deploymentWaitType: wait }, { signal });
  world.host.log.info(
    `${target.name}: told deployment ${deploymentId} of ${shortTaskDefinition(found.ours.taskDefinition)} to go on from ${wait}`,
  );
  return followExisting(run, target, found, { ...options, waitThroughPause: true }, codeDeploy);
}

/** In which wait it stands. Ready comes before the traffic; after it, only the flag tells. */
export function waitOf({ status, instanceTerminationWaitTimeStarted }: DeploymentInfo): Wait | undefined {
  if (instanceTerminationWaitTimeStarted) return 'TERMINATION_WAIT';
  return status === 'Ready' ? 'READY_WAIT' : undefined;
}

function notPaused(
  { name, codeDeploy }: Target,
  active: DeploymentInfo | undefined,
  isUndone: boolean,
  wait: Wait,
): LandfallError {
  const other = active && !isUndone ? waitOf(active) : undefined;
  const state = isUndone ? 'is being rolled back' : other ? `stands in ${other}` : `is ${active?.status}`;
  return new LandfallError('NOT_PAUSED', {
    summary: active
      ? `deployment ${active.deploymentId} of ${name} ${state}, not in ${wait}`
      : `${name} has no deployment that waits: deployment group ${codeDeploy?.group} has none under way`,
    remedy:
      other === 'TERMINATION_WAIT'
        ? 'Its traffic is shifted already. To end the old task set now, set `hook: TERMINATION_WAIT`.'
        : 'Look at the deployment in CodeDeploy: it may have been continued already, or stopped.',
    facts: { service: name, deploymentId: active?.deploymentId, status: active?.status },
  });
}

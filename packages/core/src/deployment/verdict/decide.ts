import { digitsOf, primaryOf } from '../../ecs/deployments.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { RollbackBy, Terms } from '../rollout/wait-conditions.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { judgeRollback } from '../rules/go-back.ts';
import { byService } from './decide-by-service.ts';
import { byServiceDeployment } from './decide-by-service-deployment.ts';
import { scaled } from './decide-scaling.ts';
import { hopeless } from './hopeless.ts';
import { deleted } from './live-revision.ts';
import { lost, outOfTime } from './time-limits.ts';
import { isGreen, unlessFailed, type Verdict } from './verdict.ts';

/**
 * The verdict on what is known so far, or undefined while it is open. Pure.
 * With the service deployment the rules are those of its status; without it (no permission, or an older API)
 * those of DescribeServices. A failure that was seen outranks a later green.
 */
export function decide(rollout: Rollout, terms: Terms): Verdict | undefined {
  const verdict =
    ended(rollout, terms) ?? hopeless(rollout, terms) ?? lost(rollout, terms) ?? outOfTime(rollout, terms);
  const { endedAt } = rollout.ours;
  return verdict && endedAt && !isGreen(verdict) ? dated(verdict, endedAt) : verdict;
}

function ended(rollout: Rollout, terms: Terms): Verdict | undefined {
  const gone = deleted(rollout, terms);
  if (gone) return gone;
  const { serviceDeployment, givenUp } = rollout;
  const byState = serviceDeployment
    ? byServiceDeployment(serviceDeployment, rollout, terms)
    : byService(rollout, terms);
  // A requested rollback may come too late: ECS reports in the end that the deployment has succeeded anyway.
  const verdict = unlessFailed(byState, givenUp !== undefined && serviceDeployment?.status !== 'SUCCESSFUL');
  if (terms.rollback !== undefined) return rolledBack(verdict, rollout, terms.rollback);
  return terms.count === undefined ? verdict : scaled(verdict, rollout, terms);
}

/** What more a rollback takes than that its deployment has ended: the earlier version is live, and the other is gone. */
function rolledBack(
  verdict: Verdict | undefined,
  rollout: Rollout,
  rollback: RollbackBy,
): Verdict | undefined {
  const isDone = rollback === 'stop' ? verdict?.kind === 'ROLLED_BACK' : verdict?.kind === 'SUCCEEDED';
  if (!isDone) return verdict;
  const { service, ours } = rollout;
  const primary = primaryOf(service);
  const judged = judgeRollback({
    end: 'rolled-back',
    isEarlierLive: (primary?.id === ours.deploymentId) === (rollback === 'deploy') && isLive(rollout),
    leftRunning: (service?.deployments ?? [])
      .filter(({ id }) => id !== primary?.id)
      .reduce((sum, { runningCount = 0 }) => sum + runningCount, 0),
  });
  return judged === 'done' ? verdict : undefined;
}

/** What is PRIMARY has completed and runs. After a stop it is the version that ECS says it rolled back to. */
function isLive({ service, serviceDeployment }: Rollout): boolean {
  const primary = primaryOf(service);
  const back = serviceDeployment?.rollback?.serviceRevisionArn;
  const isTold = back === undefined || primary?.id === undefined || digitsOf(back) === digitsOf(primary.id);
  const isOver = primary?.rolloutState === undefined || primary.rolloutState === 'COMPLETED';
  return isTold && isOver && isAlive(taskCounts(service, primary?.runningCount));
}

/** Red by what was over before the step began: since when, and how what is live now is accepted. */
function dated(verdict: Verdict, endedAt: Date): Verdict {
  const { live } = verdict;
  const accept = live?.includes(':task-definition/')
    ? `To accept what is live, set \`task-definition\` to ${shortTaskDefinition(live)}.`
    : '';
  return {
    ...verdict,
    reason: `${verdict.reason.replace(/\.$/, '')}; it ended at ${endedAt.toISOString()}, before this step started`,
    remedy: `${verdict.remedy ?? 'Fix the cause, then redeploy.'} ${accept}`.trim(),
  };
}

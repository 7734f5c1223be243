import { digitsOf, primaryOf } from '../../ecs/deployments.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { judgeRollback } from '../rules/go-back.ts';
import { byService } from './decide-by-service.ts';
import { byServiceDeployment } from './decide-by-service-deployment.ts';
import { scaled } from './decide-scaling.ts';
import { unlessFailed } from './failed-before-green.ts';
import { deleted } from './service-deleted.ts';
import { hopeless, lost, outOfTime } from './time-limits.ts';
import { isGreen, type Verdict } from './verdict.ts';

/**
 * The verdict on what is known so far, or undefined while it is open. Pure.
 * With the service deployment the rules are those of its status; without it (no permission, or an older API)
 * those of DescribeServices. A failure that was seen outranks a later green.
 */
export function decide(rollout: Rollout, terms: Terms): Verdict | undefined {
  return dated(
    rollout,
    deleted(rollout) ??
      complete(
        unlessFailed(byState(rollout, terms), rollout.givenUp !== undefined && !isSuccessful(rollout)),
        rollout,
        terms,
      ) ??
      hopeless(rollout, terms) ??
      lost(rollout, terms) ??
      outOfTime(rollout, terms),
  );
}

const byState = (rollout: Rollout, terms: Terms) =>
  rollout.serviceDeployment ? byServiceDeployment(rollout, terms) : byService(rollout, terms);

/**
 * A rollback that was requested may come too late: ECS says in the end that the deployment has succeeded
 * anyway.
 */
const isSuccessful = ({ serviceDeployment }: Rollout) => serviceDeployment?.status === 'SUCCESSFUL';

/** What more it takes than that the deployment has ended well: the tasks of a count, or a rollback that is done. */
function complete(verdict: Verdict | undefined, rollout: Rollout, terms: Terms): Verdict | undefined {
  if (terms.rollback === undefined) return scaled(verdict, rollout, terms);
  const isDone = terms.rollback === 'stop' ? verdict?.kind === 'ROLLED_BACK' : verdict?.kind === 'SUCCEEDED';
  if (!isDone) return verdict;
  const { service, ours } = rollout;
  const primary = primaryOf(service);
  const judged = judgeRollback({
    end: 'rolled-back',
    isEarlierLive: (primary?.id === ours.deploymentId) === (terms.rollback === 'deploy') && isLive(rollout),
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
function dated({ ours }: Rollout, verdict: Verdict | undefined): Verdict | undefined {
  if (!verdict || ours.endedAt === undefined || isGreen(verdict)) return verdict;
  const { live } = verdict;
  const accept = live?.includes(':task-definition/')
    ? `To accept what is live, set \`task-definition\` to ${shortTaskDefinition(live)}.`
    : '';
  return {
    ...verdict,
    reason: `${verdict.reason.replace(/\.$/, '')}; it ended at ${ours.endedAt.toISOString()}, before this step started`,
    remedy: `${verdict.remedy ?? 'Fix the cause, then redeploy.'} ${accept}`.trim(),
  };
}

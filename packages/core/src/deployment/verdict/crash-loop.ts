import type { Task } from '@aws-sdk/client-ecs';
import { deploymentOf } from '../../ecs/deployments.ts';
import { classifyStop, type StopCause } from '../../ecs/stopped-task/stopped-reason.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { causesOf } from '../rollout/stop-causes.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import type { Verdict } from './verdict.ts';

const minute = 60_000;
const enoughTasks = 5;
/** A dependency that comes up late (a database, a migration) is given so long from the first crash on. */
const patience = 5 * minute;
/** Once ECS itself says so it starts tasks at longer and longer intervals, up to a quarter of an hour. */
const patienceOnceThrottled = 2 * minute;

/** Ends that are not the version's fault. */
const others: ReadonlySet<StopCause['class']> = new Set(['scheduler', 'user', 'infrastructure', 'capacity']);

/** Who tries on, and what to do until the cause is fixed. */
interface GoingOn {
  readonly goesOn: string;
  readonly meanwhile: string;
}

const byEcs: GoingOn = {
  goesOn: 'no circuit breaker is enabled to stop ECS from retrying',
  meanwhile:
    'In the meantime, deploy the previous revision; with the deployment circuit breaker enabled, ECS would have rolled back to it.',
};

/**
 * Our tasks die one after another and none is left: five of them over five minutes. The cause may pass, so it
 * is STALLED and no failure; but no one needs to wait for the deadline to hear of it. Times are ECS's, of the
 * tasks.
 */
export function crashLoop(
  rollout: Rollout,
  { now }: Terms,
  { goesOn, meanwhile }: GoingOn = byEcs,
): Verdict | undefined {
  if (runningNow(rollout) !== 0 || (rollout.service?.desiredCount ?? 1) === 0) return undefined;
  const crashed = rollout.stoppedTasks.filter((task) => !others.has(classifyStop(task).class));
  if (crashed.length < enoughTasks) return undefined;
  const times = crashed.map(endOf).sort((a, b) => a - b);
  const span = times.at(-1)! - times[0]!;
  // Anyone who follows a deployment that has crashed for long gives it the same time to come up.
  const watched = now - rollout.startedAt;
  if (Math.min(span, watched) < (rollout.isThrottled ? patienceOnceThrottled : patience)) return undefined;
  const [cause] = causesOf(crashed);
  return {
    kind: 'STALLED',
    reason: `a crash loop: ${crashed.length} tasks stopped within ${Math.round(span / minute)} min and none is left (${cause!.sentence}); ${goesOn}`,
    remedy: `${cause!.remedy} ${meanwhile}`,
  };
}

const endOf = (task: Task) => (task.executionStoppedAt ?? task.stoppingAt ?? task.stoppedAt)?.getTime() ?? 0;

/** Undefined: nothing says how many tasks of ours run. */
function runningNow({ ours, service, serviceDeployment }: Rollout): number | undefined {
  const ended = serviceDeployment?.status === 'SUCCESSFUL';
  return (
    (ended ? undefined : serviceDeployment?.targetServiceRevision?.runningTaskCount) ??
    deploymentOf(service, ours.deploymentId)?.runningCount ??
    service?.taskSets?.find((one) => one.id === ours.deploymentId)?.runningCount
  );
}

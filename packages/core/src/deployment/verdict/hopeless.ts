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

/** Who keeps retrying, and what to do until the cause is fixed. */
interface Retries {
  readonly goesOn: string;
  readonly untilFixed: { readonly incurable: string; readonly crashLoop: string };
}

const byEcs: Retries = {
  goesOn: 'no circuit breaker is enabled to stop ECS from retrying',
  untilFixed: {
    incurable: 'In the meantime, deploy the previous revision, or stop the deployment.',
    crashLoop:
      'In the meantime, deploy the previous revision; with the deployment circuit breaker enabled, ECS would have rolled back to it.',
  },
};

/** Without a circuit breaker the scheduler retries forever: what shows that it cannot succeed. */
export function hopeless(rollout: Rollout, terms: Terms): Verdict | undefined {
  if (!terms.failFast || rollout.givenUp || terms.rollback === 'stop') return undefined;
  return tasksKeepStopping(rollout, terms, byEcs);
}

export const tasksKeepStopping = (rollout: Rollout, terms: Terms, retries: Retries): Verdict | undefined =>
  rollout.stoppedTasks.length === 0
    ? undefined
    : (incurable(rollout, retries) ?? crashLoop(rollout, terms, retries));

/** Two of our tasks died of something permanent and none ever ran. */
function incurable(rollout: Rollout, { goesOn, untilFixed }: Retries): Verdict | undefined {
  if (rollout.everRan) return undefined;
  const permanent = rollout.causes.find((cause) => cause.permanent && cause.tasks.length >= 2);
  if (!permanent) return undefined;
  return {
    kind: 'FAILED',
    reason: `${permanent.sentence}; retrying cannot fix this, and ${goesOn}`,
    remedy: `${permanent.remedy} ${untilFixed.incurable}`,
  };
}

/**
 * Our tasks die one after another and none is left: five of them over five minutes. The cause may pass, so it
 * is STALLED and no failure; but the run need not wait for the deadline to report it. Times are ECS's, of the
 * tasks.
 */
function crashLoop(rollout: Rollout, { now }: Terms, { goesOn, untilFixed }: Retries): Verdict | undefined {
  if (runningNow(rollout) !== 0 || (rollout.service?.desiredCount ?? 1) === 0) return undefined;
  const crashed = rollout.stoppedTasks.filter((task) => !others.has(classifyStop(task).class));
  if (crashed.length < enoughTasks) return undefined;
  const times = crashed.map(endOf);
  const span = Math.max(...times) - Math.min(...times);
  // A run that follows a deployment that has long been crashing gives it the same time to come up.
  const watched = now - rollout.startedAt;
  const [cause] = causesOf(crashed);
  const given = rollout.isThrottled ? patienceOnceThrottled : patience;
  if (!cause || Math.min(span, watched) < given) return undefined;
  return {
    kind: 'STALLED',
    reason: `a crash loop: ${crashed.length} tasks stopped within ${Math.round(span / minute)} min and none is left (${cause.sentence}); ${goesOn}`,
    remedy: `${cause.remedy} ${untilFixed.crashLoop}`,
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

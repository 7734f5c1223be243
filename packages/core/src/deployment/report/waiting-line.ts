import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { formatDuration } from '../../time/duration.ts';
import { countsOf } from '../rollout/diff-snapshots.ts';
import type { Rollout } from '../rollout/rollout.ts';

/** What a deployment waits for at the moment, in the words that complete "waiting for". */
interface WaitingFor {
  readonly what: string;
  /** When that ends by design, monotonic milliseconds: a bake time, a hook that expires. */
  readonly until?: number | undefined;
}

/** What is known of time when it is asked. */
interface WaitingSince {
  /** When the present stage was first seen, monotonic milliseconds. */
  readonly stage: number;
  /** Monotonic and wall time now, milliseconds. */
  readonly elapsed: number;
  readonly now: number;
}

const minute = 60_000;
const tasks = (count: number, kind: string) => `${count} ${kind} ${count === 1 ? 'task' : 'tasks'}`;

/** What the deployment is waiting for, from what was read last. Pure. */
export function waitingFor(rollout: Rollout, since: WaitingSince): WaitingFor {
  const { service, serviceDeployment: deployment } = rollout;
  if (rollout.givenUp) return { what: 'the rollback to end' };
  const hook = deployment?.lifecycleHookDetails?.find(
    ({ status }) => status === 'AWAITING_ACTION' || status === 'IN_PROGRESS',
  );
  const stage = deployment?.lifecycleStage as string | undefined;
  if (hook) {
    const until = hook.expiresAt && since.elapsed + hook.expiresAt.getTime() - since.now;
    const answer = hook.status === 'AWAITING_ACTION' ? 'to be continued' : 'to answer';
    return {
      what: `hook ${hook.hookId ?? hook.targetArn ?? 'unnamed'} at ${stage ?? 'its stage'} ${answer}`,
      until,
    };
  }
  const pause = pauseOf(
    stage,
    rollout,
    deployment?.deploymentConfiguration ?? service?.deploymentConfiguration,
  );
  if (pause) return { what: pause.what, until: since.stage + pause.minutes * minute };
  const counts = countsOf(service, deployment, rollout);
  if (!counts) return { what: 'ECS to show the deployment' };
  const missing = counts.desired - counts.running;
  if (missing > 0) return { what: `${missing} of ${tasks(counts.desired, 'new')} to run` };
  if (counts.others > 0 && stage === undefined) return { what: `${tasks(counts.others, 'old')} to stop` };
  return { what: stage === undefined ? 'the deployment to complete' : `stage ${stage} to end` };
}

/** The pauses that a strategy makes by design. */
function pauseOf(
  stage: string | undefined,
  { serviceDeployment }: Rollout,
  configuration: DeploymentConfiguration | undefined,
): { readonly what: string; readonly minutes: number } | undefined {
  const bake = configuration?.bakeTimeInMinutes ?? 0;
  if (stage === 'BAKE_TIME' && bake > 0)
    return { what: `the bake time of ${formatDuration(bake * minute)} to end`, minutes: bake };
  const traffic = serviceDeployment?.targetServiceRevision?.requestedProductionTrafficWeight ?? 0;
  if (stage !== 'PRODUCTION_TRAFFIC_SHIFT' || traffic === 0 || traffic >= 100) return undefined;
  if (configuration?.strategy === 'CANARY') {
    const minutes = configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10;
    return {
      what: `the canary bake time of ${formatDuration(minutes * minute)} at ${traffic}% of the traffic to end`,
      minutes,
    };
  }
  if (configuration?.strategy === 'LINEAR') {
    const minutes = configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6;
    return {
      what: `the next traffic step after ${formatDuration(minutes * minute)} at ${traffic}%`,
      minutes,
    };
  }
  return undefined;
}

import type { EcsContext } from '../model/ecs-context.ts';
import type {
  DeploymentRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskRecord,
} from '../model/records.ts';
import { liveTasks } from '../model/state.ts';
import { taskLimits } from '../rules/percent.ts';
import { rollingStep } from '../rules/rolling-step.ts';
import { rolloutComplete } from '../rules/rollout-complete.ts';
import { launch, retire } from '../tasks/launch.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import { isProtected } from '../tasks/protection.ts';

/** The result of one check of a rolling service. */
interface RollingOutcome {
  /** The PRIMARY has what it needs, and may be called completed. */
  readonly complete: boolean;
  /** Nothing is starting, stopping or missing. */
  readonly steady: boolean;
  /** Why the scheduler could not place a task. */
  readonly refusal: string | undefined;
}

/** Starts and stops what the limits allow now. */
export function rollOn(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  service: ServiceRecord,
  primary: DeploymentRecord,
  record: ServiceDeploymentRecord | undefined,
): RollingOutcome {
  const { configuration, desiredCount } = service;
  const own: TaskRecord[] = [];
  const older: TaskRecord[] = [];
  let olderLeft = 0;
  for (const task of liveTasks(ecs.state, service)) {
    const isOwn = task.deploymentId === primary.id;
    if (!isOwn) olderLeft += 1;
    if (task.desiredStatus === 'RUNNING') (isOwn ? own : older).push(task);
  }
  const failed = primary.rolloutState === 'FAILED';
  const step = rollingStep({
    desired: desiredCount,
    limits: taskLimits(
      desiredCount,
      configuration.minimumHealthyPercent ?? 100,
      configuration.maximumPercent ?? 200,
    ),
    primary: own,
    older,
    launches: !failed && ecs.clock.now() >= primary.notBefore,
    replaces: !failed,
    spares: (task) => isProtected(task, ecs.clock.now()),
  });
  retire(ecs, lifecycle, service, step.stop);
  const refusal = step.start > 0 ? launch(ecs, lifecycle, service, primary, step.start) : undefined;

  let healthy = 0;
  for (const task of own) if (task.healthy && task.desiredStatus === 'RUNNING') healthy += 1;
  const live = own.length - step.stop.filter((task) => task.deploymentId === primary.id).length + step.start;
  const counts = { desired: desiredCount, live, healthy, olderLeft };
  return {
    complete: !failed && rolloutComplete({ ...counts, early: record?.configuration.earlySuccessCriteria }),
    steady: !failed && rolloutComplete(counts),
    refusal,
  };
}

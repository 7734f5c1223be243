import type { SandboxClock } from '../../clock/clock.ts';
import type { TaskSetPort } from '../ecs/task-set-port.ts';
import type { Deployment } from './records.ts';
import { shiftsOf } from './traffic.ts';

const MINUTE = 60_000;
const TICK = 1_000;
/** CodeDeploy gives a replacement task set an hour to become healthy. */
const INSTALL_LIMIT = 60 * MINUTE;

export const EVENTS = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
];

export const isActive = (deployment: Deployment): boolean =>
  !['Succeeded', 'Failed', 'Stopped'].includes(deployment.status);

export interface RunParts {
  readonly clock: SandboxClock;
  readonly taskSets: TaskSetPort;
  readonly changed: () => void;
  /** What the Lambda function of a hook answers. */
  readonly hook: (functionName: string) => 'Succeeded' | 'Failed';
  /** Makes and starts the deployment that undoes this one; returns its id. */
  readonly undo: (failed: Deployment) => string;
}

/** Takes a deployment on, tick by tick, until it is over. */
export function runDeployment(parts: RunParts, deployment: Deployment): void {
  const { clock, changed } = parts;
  const tick = (): void => {
    if (!isActive(deployment)) return;
    advance(parts, deployment);
    changed();
    if (isActive(deployment)) clock.after(TICK, tick);
  };
  clock.after(TICK, tick);
}

function advance(parts: RunParts, deployment: Deployment): void {
  if (deployment.status === 'Created') {
    begin(parts, deployment);
    return;
  }
  if (deployment.undoes !== undefined) {
    bringBack(parts, deployment);
    return;
  }
  const event = deployment.events[deployment.step];
  if (event === undefined) {
    terminate(parts, deployment);
    return;
  }
  const now = parts.clock.now();
  if (event.status === 'Pending') {
    if (event.name === 'BeforeAllowTraffic' && !mayGoOn(parts, deployment)) return;
    event.status = 'InProgress';
    event.startedAt = now;
    deployment.since = now;
  }
  const outcome = outcomeOf(parts, deployment, event.name);
  if (outcome === 'wait') return;
  event.status = outcome;
  event.endedAt = now;
  if (outcome === 'Succeeded') deployment.step += 1;
  else failEvent(parts, deployment, event.name);
}

function begin(parts: RunParts, deployment: Deployment): void {
  const { clock, taskSets } = parts;
  const { cluster, service } = deployment.group;
  deployment.status = 'InProgress';
  deployment.startedAt = clock.now();
  deployment.since = clock.now();
  if (deployment.undoes !== undefined) return;
  deployment.blue = taskSets.states(cluster, service).find((set) => set.status === 'PRIMARY')?.id;
  deployment.green = taskSets.start(cluster, service, deployment.spec.taskDefinition, deployment.id);
  if (deployment.green === undefined) {
    failDeployment(
      parts,
      deployment,
      'ECS_UPDATE_ERROR',
      'The ECS service cannot be updated: the task definition is not ACTIVE.',
    );
  }
}

function failEvent(parts: RunParts, deployment: Deployment, name: string): void {
  if (name === 'Install') {
    failDeployment(
      parts,
      deployment,
      'TIMEOUT',
      'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
    );
  } else {
    failDeployment(
      parts,
      deployment,
      'HOOK_EXECUTION_FAILURE',
      `One of the lifecycle event validation functions failed: ${name}.`,
    );
  }
}

type Outcome = 'wait' | 'Succeeded' | 'Failed';

function outcomeOf(parts: RunParts, deployment: Deployment, name: string): Outcome {
  if (name === 'Install') return install(parts, deployment);
  if (name === 'AllowTraffic') return allow(parts, deployment);
  return hook(parts, deployment, name);
}

function hook(parts: RunParts, deployment: Deployment, name: string): Outcome {
  const lambda = deployment.spec.hooks.find(([event]) => event === name)?.[1];
  return lambda === undefined ? 'Succeeded' : parts.hook(lambda);
}

function install({ clock, taskSets }: RunParts, deployment: Deployment): Outcome {
  const { cluster, service } = deployment.group;
  const green = taskSets.states(cluster, service).find((set) => set.id === deployment.green);
  if (green?.steady === true) return 'Succeeded';
  return clock.now() - deployment.since > INSTALL_LIMIT ? 'Failed' : 'wait';
}

function allow({ clock, taskSets }: RunParts, deployment: Deployment): Outcome {
  const { cluster, service } = deployment.group;
  const shifts = shiftsOf(deployment.configuration)!;
  const shift = shifts[deployment.shift]!;
  if (deployment.weight !== shift.percent) {
    deployment.weight = shift.percent;
    deployment.since = clock.now();
  }
  if (clock.now() - deployment.since < shift.minutes * MINUTE) return 'wait';
  if (deployment.shift + 1 < shifts.length) {
    deployment.shift += 1;
    return 'wait';
  }
  taskSets.promote(cluster, service, deployment.green!);
  return 'Succeeded';
}

/** With a wait for approval the deployment stays in Ready; when no one continues it, it is stopped. */
function mayGoOn({ clock }: RunParts, deployment: Deployment): boolean {
  const { readyWait } = deployment.group;
  if (readyWait === undefined || deployment.proceed.ready) {
    deployment.status = 'InProgress';
    return true;
  }
  if (deployment.status !== 'Ready') {
    deployment.status = 'Ready';
    deployment.readySince = clock.now();
  } else if (clock.now() - deployment.readySince! >= readyWait * MINUTE) {
    deployment.status = 'Stopped';
    deployment.completedAt = clock.now();
    deployment.error = {
      code: 'TIMEOUT',
      message: 'The deployment was stopped because traffic was not rerouted in time.',
    };
  }
  return false;
}

/** The old task set is kept for a while after the traffic has gone; only then the deployment has succeeded. */
function terminate({ clock, taskSets }: RunParts, deployment: Deployment): void {
  const { cluster, service, terminationWait } = deployment.group;
  deployment.terminationWaitSince ??= clock.now();
  const over = clock.now() - deployment.terminationWaitSince >= terminationWait * MINUTE;
  if (!over && !deployment.proceed.termination) return;
  if (deployment.blue !== undefined) taskSets.remove(cluster, service, deployment.blue);
  deployment.status = 'Succeeded';
  deployment.completedAt = clock.now();
}

/** A rollback: all traffic to blue, and green goes. */
function bringBack({ clock, taskSets }: RunParts, deployment: Deployment): void {
  const { cluster, service } = deployment.group;
  const blue = taskSets.states(cluster, service).find((set) => set.id === deployment.blue);
  deployment.completedAt = clock.now();
  if (blue === undefined) {
    deployment.status = 'Failed';
    deployment.error = { code: 'ECS_UPDATE_ERROR', message: 'The original task set is not there any more.' };
    return;
  }
  taskSets.promote(cluster, service, blue.id);
  if (deployment.green !== undefined) taskSets.remove(cluster, service, deployment.green);
  deployment.status = 'Succeeded';
}

/** Ends a deployment badly, and undoes it when it is configured to be. */
export function failDeployment(parts: RunParts, deployment: Deployment, code: string, message: string): void {
  end(parts, deployment, 'Failed', 'DEPLOYMENT_FAILURE', { code, message });
}

export function endDeployment(
  parts: RunParts,
  deployment: Deployment,
  event: 'DEPLOYMENT_STOP_ON_ALARM' | 'DEPLOYMENT_STOP_ON_REQUEST',
  rollback: boolean | undefined,
): void {
  const error =
    event === 'DEPLOYMENT_STOP_ON_ALARM'
      ? {
          code: 'ALARM_ACTIVE',
          message:
            'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped.',
        }
      : undefined;
  end(parts, deployment, 'Stopped', event, error, rollback);
}

function end(
  parts: RunParts,
  deployment: Deployment,
  status: 'Failed' | 'Stopped',
  event: string,
  error: Deployment['error'],
  forced?: boolean,
): void {
  deployment.status = status;
  deployment.completedAt = parts.clock.now();
  if (error !== undefined) deployment.error = error;
  for (const entry of deployment.events) {
    if (entry.status === 'Pending') entry.status = 'Skipped';
    if (entry.status === 'InProgress') entry.status = 'Failed';
  }
  const wanted =
    forced ?? (deployment.rollback.enabled === true && deployment.rollback.events?.includes(event) === true);
  if (wanted && deployment.undoes === undefined) {
    const id = parts.undo(deployment);
    deployment.rolledBackBy = {
      id,
      message: `Deployment ${deployment.id} was rolled back by deployment ${id}.`,
    };
  }
  parts.changed();
}

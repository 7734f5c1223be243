import type {
  Failure,
  PropagateTags,
  RunTaskRequest,
  TaskOverride,
  TaskVolumeConfiguration,
} from '@aws-sdk/client-ecs';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Pair } from '../inputs/kinds.ts';
import { withinTime } from '../time/within-time.ts';
import type { HostName } from '../world/host.ts';
import type { World } from '../world/world.ts';
import { findSame } from './in-progress.ts';
import type { LaunchSettings } from './service-settings.ts';
import type { StartedTask } from './state.ts';

/** What runs a task. */
export type TaskOperation = 'run-task' | 'run-scheduled-task' | 'deploy-service' | 'deploy-manifest';

export interface TaskToRun {
  readonly cluster: string;
  /** The ARN of one revision, so that a repeat cannot start another. */
  readonly taskDefinition: string;
  readonly clientToken: string;
  readonly startedBy: string;
  readonly count: number;
  readonly settings: LaunchSettings;
  readonly overrides?: TaskOverride | undefined;
  readonly volume?: TaskVolumeConfiguration | undefined;
  readonly group?: string | undefined;
  readonly tags?: readonly Pair[] | undefined;
  readonly propagateTags?: PropagateTags | undefined;
  readonly enableEcsManagedTags?: boolean | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
  /** What else goes to RunTask, in its own shape. */
  readonly request?: Partial<RunTaskRequest> | undefined;
}

/**
 * The one RunTask request. It holds what was requested and what the service has, and nothing else: ECS reads
 * an empty list as "none", not as "as before".
 */
export function runTaskRequest(wanted: TaskToRun): RunTaskRequest {
  const { settings, overrides, volume, group, tags = [], propagateTags } = wanted;
  const { launchType, capacityProviderStrategy, platformVersion, networkConfiguration } = settings;
  return {
    ...wanted.request,
    cluster: wanted.cluster,
    taskDefinition: wanted.taskDefinition,
    count: wanted.count,
    clientToken: wanted.clientToken,
    startedBy: wanted.startedBy,
    ...(launchType && { launchType }),
    ...(capacityProviderStrategy && { capacityProviderStrategy: [...capacityProviderStrategy] }),
    ...(platformVersion && { platformVersion }),
    ...(networkConfiguration && { networkConfiguration }),
    ...(overrides && { overrides }),
    ...(volume && { volumeConfigurations: [volume] }),
    ...(group && { group }),
    ...(tags.length > 0 && { tags: tags.map(({ name, value }) => ({ key: name, value })) }),
    ...(propagateTags && { propagateTags }),
    ...(wanted.enableEcsManagedTags !== undefined && { enableECSManagedTags: wanted.enableEcsManagedTags }),
    ...(wanted.enableExecuteCommand !== undefined && { enableExecuteCommand: wanted.enableExecuteCommand }),
  };
}

export interface Started {
  readonly tasks: readonly StartedTask[];
  readonly failures: readonly Failure[];
}

/** A cancel lets a request that has left come back this long, so that the task it started can be named. */
const lastWord = 800;

/**
 * The one RunTask. Its token makes every repeat of it the same request.
 * @throws CONFLICT, OUTCOME_UNKNOWN, CANCELLED and what the call fails with
 */
export async function startTask(
  request: RunTaskRequest,
  operation: TaskOperation,
  world: World,
): Promise<Started> {
  const { aws, clock, host } = world;
  const { cancellation } = host;
  if (cancellation.aborted)
    throw new LandfallError('CANCELLED', { summary: 'the run was cancelled before a task was started' });
  const ecs = await aws.ecs();
  const limit = withinTime(lastWord, clock, cancellation);
  try {
    const { tasks = [], failures = [] } = await ecs.runTask(request, { signal: limit.signal });
    const started = tasks.filter((task): task is StartedTask => Boolean(task.taskArn));
    if (started.length < tasks.length) {
      throw new LandfallError('RESPONSE_INVALID', {
        summary: 'ecs:RunTask returned a task without an ARN',
        applied: 'unknown',
      });
    }
    return { tasks: started, failures };
  } catch (error) {
    if (isLandfallError(error, 'CONFLICT')) {
      const ids = conflicting(error);
      const tasks = await findSame(request, ids, world).catch(() => undefined);
      if (tasks) return { tasks, failures: [] };
      throw conflict(error, ids, operation, host.name);
    }
    throw explained(error, request, cancellation.aborted);
  } finally {
    limit.release();
  }
}

function explained(error: unknown, request: RunTaskRequest, cancelled: boolean): unknown {
  if (!isLandfallError(error) || error.applied !== 'unknown') return error;
  const found = `aws ecs list-tasks --cluster ${request.cluster} --started-by ${request.startedBy}`;
  return new LandfallError(cancelled ? 'CANCELLED' : 'OUTCOME_UNKNOWN', {
    summary: `${cancelled ? 'the run was cancelled during' : 'no response to'} RunTask for ${request.taskDefinition}: a task may have started`,
    remedy: `Look for it with \`${found}\`. Running the step again within this attempt finds it and does not start a second one.`,
    facts: { ...error.facts, clientToken: request.clientToken, startedBy: request.startedBy },
    applied: 'unknown',
    cause: error,
  });
}

/** How a new attempt of the run begins, or a new run where the host has no attempts. */
const newAttempt: Readonly<Record<HostName, string>> = {
  github: 're-run the job',
  circleci: 'rerun the workflow',
  codebuild: 'start a new build',
  terminal: 'unset `LANDFALL_RUN_ID` or set it to another value',
};

/** ConflictException names the tasks that the token already started. */
function conflicting(error: LandfallError): readonly string[] {
  const ids = (error.cause as { resourceIds?: unknown } | undefined)?.resourceIds;
  return Array.isArray(ids) ? ids.map(String) : [];
}

function conflict(
  error: LandfallError,
  tasks: readonly string[],
  operation: TaskOperation,
  host: HostName,
): LandfallError {
  return new LandfallError('CONFLICT', {
    summary: `this attempt of the run has already started a task for this step with different parameters${tasks.length > 0 ? `: ${tasks.join(', ')}` : ''}`,
    remedy:
      operation === 'run-task' || operation === 'run-scheduled-task'
        ? `Set the input \`id\` to a different value in each step of the job that starts a task, or ${newAttempt[host]}.`
        : `If another step of the job started it, start one of the two with \`run-task\` and its input \`id\`; otherwise, ${newAttempt[host]}.`,
    details: [error.summary],
    facts: { ...error.facts, tasks },
    cause: error,
  });
}

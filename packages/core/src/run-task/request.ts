import type {
  PropagateTags,
  RunTaskRequest,
  TaskOverride,
  TaskVolumeConfiguration,
} from '@aws-sdk/client-ecs';
import type { Pair } from '../inputs/kinds.ts';
import type { LaunchSettings } from './service-settings.ts';

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

import type { RunTaskRequest, TaskOverride } from '@aws-sdk/client-ecs';
import type {
  CreateScheduleInput,
  EcsParameters,
  FlexibleTimeWindow,
  GetScheduleOutput,
  LaunchType,
  Target,
} from '@aws-sdk/client-scheduler';
import { arnParts } from '../account/arn.ts';

/** A schedule as a manifest describes it; what is absent is not to be changed. */
export interface ScheduleSettings {
  /** Its key in the manifest, and its name in the group of the environment. */
  readonly key: string;
  readonly cluster: string;
  readonly at: string;
  readonly timezone?: string | undefined;
  /** Minutes; 0 for none. */
  readonly flexibleWindow?: number | undefined;
  readonly role: string;
  /** The ARN of a queue, or `none`. */
  readonly deadLetter?: string | undefined;
  readonly retry?: { readonly attempts?: number; readonly maximumAge?: number } | undefined;
  readonly description?: string | undefined;
  /** `keep`: enabled when it is created, and then as it is. */
  readonly state: 'keep' | 'enabled' | 'disabled';
  readonly overrides?: TaskOverride | undefined;
  readonly task: Partial<RunTaskRequest>;
}

/** The schedule group of an environment. */
export const groupOf = (manifest: string, environment: string) => `landfall-${manifest}-${environment}`;

/** A schedule as it is to be written, every field that it has: an update replaces all of them. */
export type ScheduleRequest = CreateScheduleInput & {
  readonly Name: string;
  readonly GroupName: string;
  readonly Target: Target;
  readonly FlexibleTimeWindow: FlexibleTimeWindow;
};

/** What the schedule is to be: what it is, with what the manifest says over it. @param revision its ARN */
export function scheduleRequest(
  wanted: ScheduleSettings,
  { group, region, revision }: { readonly group: string; readonly region: string; readonly revision: string },
  current: GetScheduleOutput | undefined,
): ScheduleRequest {
  const { at, timezone, flexibleWindow, description, state } = wanted;
  const kept = present({
    ScheduleExpressionTimezone: current?.ScheduleExpressionTimezone,
    StartDate: current?.StartDate,
    EndDate: current?.EndDate,
    Description: current?.Description,
    KmsKeyArn: current?.KmsKeyArn,
    ActionAfterCompletion: current?.ActionAfterCompletion,
  });
  return {
    ...kept,
    ...present({ ScheduleExpressionTimezone: timezone, Description: description }),
    Name: wanted.key,
    GroupName: group,
    ScheduleExpression: at,
    FlexibleTimeWindow: windowOf(flexibleWindow) ?? current?.FlexibleTimeWindow ?? { Mode: 'OFF' },
    State: state === 'keep' ? (current?.State ?? 'ENABLED') : state === 'enabled' ? 'ENABLED' : 'DISABLED',
    Target: targetOf(wanted, region, revision, current?.Target),
  };
}

const windowOf = (minutes: number | undefined): FlexibleTimeWindow | undefined => {
  if (minutes === undefined) return undefined;
  return minutes === 0 ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: minutes };
};

function targetOf(
  { cluster, role, deadLetter, retry, overrides, task }: ScheduleSettings,
  region: string,
  revision: string,
  current: Target | undefined,
): Target {
  const {
    DeadLetterConfig,
    RetryPolicy,
    EcsParameters: parameters,
    ...before
  }: Partial<Target> = current ?? {};
  const queue =
    deadLetter === undefined ? DeadLetterConfig?.Arn : deadLetter === 'none' ? undefined : deadLetter;
  const retries = {
    ...RetryPolicy,
    ...present({ MaximumRetryAttempts: retry?.attempts, MaximumEventAgeInSeconds: retry?.maximumAge }),
  };
  return {
    ...before,
    Arn: clusterArn(cluster, role, region),
    RoleArn: role,
    ...(overrides && { Input: JSON.stringify(overrides) }),
    ...(queue !== undefined && { DeadLetterConfig: { Arn: queue } }),
    ...(Object.keys(retries).length > 0 && { RetryPolicy: retries }),
    EcsParameters: { ...parametersOver(parameters, task), TaskDefinitionArn: revision },
  };
}

/** Scheduler and role are in one account. */
const clusterArn = (cluster: string, role: string, region: string): string => {
  if (cluster.startsWith('arn:')) return cluster;
  const { partition = 'aws', account = '' } = arnParts(role) ?? {};
  return `arn:${partition}:ecs:${region}:${account}:cluster/${cluster}`;
};

/** Launch type and capacity provider strategy exclude each other. */
function parametersOver(
  current: EcsParameters | undefined,
  task: Partial<RunTaskRequest>,
): Partial<EcsParameters> {
  const { LaunchType, CapacityProviderStrategy, ...before } = current ?? {};
  const wanted = parametersOf(task);
  const isChosen = wanted.LaunchType !== undefined || wanted.CapacityProviderStrategy !== undefined;
  return { ...before, ...(isChosen ? {} : present({ LaunchType, CapacityProviderStrategy })), ...wanted };
}

/** Those that EventBridge Scheduler starts tasks with. */
export const isLaunchType = (given: string): given is LaunchType =>
  ['EC2', 'FARGATE', 'EXTERNAL'].includes(given);

/** RunTask in the words of EventBridge Scheduler, whose network configuration is written in another case. */
function parametersOf(task: Partial<RunTaskRequest>): Partial<EcsParameters> {
  const { launchType } = task;
  const network = task.networkConfiguration?.awsvpcConfiguration;
  return present({
    TaskCount: task.count,
    LaunchType: launchType !== undefined && isLaunchType(launchType) ? launchType : undefined,
    NetworkConfiguration: network && {
      awsvpcConfiguration: {
        Subnets: network.subnets,
        ...present({ SecurityGroups: network.securityGroups, AssignPublicIp: network.assignPublicIp }),
      },
    },
    PlatformVersion: task.platformVersion,
    Group: task.group,
    CapacityProviderStrategy: task.capacityProviderStrategy?.map(({ capacityProvider, weight, base }) => ({
      capacityProvider,
      ...present({ weight, base }),
    })),
    EnableECSManagedTags: task.enableECSManagedTags,
    EnableExecuteCommand: task.enableExecuteCommand,
    PlacementConstraints: task.placementConstraints,
    PlacementStrategy: task.placementStrategy,
    PropagateTags: task.propagateTags === 'TASK_DEFINITION' ? 'TASK_DEFINITION' : undefined,
    ReferenceId: task.referenceId,
    Tags: task.tags?.map(({ key = '', value = '' }) => ({ key, value })),
  });
}

/** What EventBridge Scheduler sends to ECS when the schedule is due, but for what it sets itself. */
export function runTaskRequestOf({ Arn, EcsParameters: parameters }: Target): Partial<RunTaskRequest> {
  const network = parameters?.NetworkConfiguration?.awsvpcConfiguration;
  return present({
    cluster: Arn,
    taskDefinition: parameters?.TaskDefinitionArn,
    count: parameters?.TaskCount ?? 1,
    launchType: parameters?.LaunchType,
    networkConfiguration: network && {
      awsvpcConfiguration: {
        subnets: network.Subnets,
        ...present({ securityGroups: network.SecurityGroups, assignPublicIp: network.AssignPublicIp }),
      },
    },
    platformVersion: parameters?.PlatformVersion,
    group: parameters?.Group,
    capacityProviderStrategy: parameters?.CapacityProviderStrategy,
    enableECSManagedTags: parameters?.EnableECSManagedTags,
    enableExecuteCommand: parameters?.EnableExecuteCommand,
    placementConstraints: parameters?.PlacementConstraints,
    placementStrategy: parameters?.PlacementStrategy,
    propagateTags: parameters?.PropagateTags,
    referenceId: parameters?.ReferenceId,
    tags: parameters?.Tags?.map(({ key, value }) => present({ key, value })),
  });
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the members that are undefined. */
const present = <T extends object>(members: T): Present<T> =>
  // The entries that are kept have the types that they had.
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;

import type {
  ContainerDefinition,
  ContainerOverride,
  HealthCheck,
  KeyValuePair,
  Volume,
} from '@aws-sdk/client-ecs';
import type { TaskDefinitionRecord, TaskRecord } from '../model/records.ts';

interface ContainerPlan {
  readonly sandboxId: string;
  readonly task: TaskRecord;
  readonly taskDefinition: TaskDefinitionRecord;
  readonly definition: ContainerDefinition;
  /** As the engine knows the image. */
  readonly image: string;
  /** Values by `valueFrom`. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Environment files by ARN. */
  readonly files: ReadonlyMap<string, string>;
  /** The container whose network this one shares, as containers of an awsvpc task do. */
  readonly joins: string | undefined;
  /** Definitions whose ports this container publishes: its own, and of those that join it. */
  readonly publishes: readonly ContainerDefinition[];
  readonly region: string;
}

const LABEL = 'com.amazonaws.ecs';
const MEBIBYTE = 1_048_576;
const SECOND = 1_000_000_000;

export const volumePrefix = (sandboxId: string): string => `landfall-${sandboxId}-`;

/** The body of the engine's `POST /containers/create` for one container of a task. */
export function containerRequest(plan: ContainerPlan): Record<string, unknown> {
  const { definition } = plan;
  const override = overrideOf(plan);
  const command = override?.command ?? definition.command;
  const joined = plan.joins !== undefined;
  return {
    Image: plan.image,
    Env: environment(plan, override?.environment),
    ...(command === undefined ? {} : { Cmd: command }),
    ...(definition.entryPoint === undefined ? {} : { Entrypoint: definition.entryPoint }),
    ...(definition.user === undefined ? {} : { User: definition.user }),
    ...(definition.workingDirectory === undefined ? {} : { WorkingDir: definition.workingDirectory }),
    ...(definition.hostname === undefined || joined ? {} : { Hostname: definition.hostname }),
    ...(definition.stopTimeout === undefined ? {} : { StopTimeout: definition.stopTimeout }),
    ...(definition.interactive === true ? { OpenStdin: true } : {}),
    ...(definition.healthCheck === undefined ? {} : { Healthcheck: healthCheckOf(definition.healthCheck) }),
    Labels: labelsOf(plan),
    ExposedPorts: Object.fromEntries(plan.publishes.flatMap(portsOf).map(({ key }) => [key, {}])),
    HostConfig: { ...networkConfig(plan), ...resources(plan), ...linuxConfig(definition) },
  };
}

const overrideOf = ({ definition, task }: ContainerPlan): ContainerOverride | undefined =>
  task.overrides.containerOverrides?.find((candidate) => candidate.name === definition.name);

const healthCheckOf = (check: HealthCheck) => ({
  Test: check.command,
  Interval: (check.interval ?? 30) * SECOND,
  Timeout: (check.timeout ?? 5) * SECOND,
  Retries: check.retries ?? 3,
  StartPeriod: (check.startPeriod ?? 0) * SECOND,
});

const labelsOf = ({ definition, task, taskDefinition, sandboxId }: ContainerPlan) => ({
  ...definition.dockerLabels,
  [`${LABEL}.cluster`]: task.cluster,
  [`${LABEL}.container-name`]: definition.name,
  [`${LABEL}.task-arn`]: task.arn,
  [`${LABEL}.task-definition-family`]: taskDefinition.family,
  [`${LABEL}.task-definition-version`]: String(taskDefinition.revision),
  'landfall.sandbox': sandboxId,
  'landfall.task': task.id,
  'landfall.container': definition.name,
});

/** A container that joins another's network has the other's names and settings. */
function networkConfig({ definition, taskDefinition, publishes, joins }: ContainerPlan) {
  const joined = joins !== undefined;
  const controls = (definition.systemControls ?? []).map(({ namespace, value }) => [namespace, value]);
  return {
    NetworkMode: joined ? `container:${joins}` : networkOf(taskDefinition),
    PortBindings: Object.fromEntries(
      publishes
        .flatMap(portsOf)
        .map(({ key, hostPort }) => [key, [{ HostIp: '127.0.0.1', HostPort: hostPort }]]),
    ),
    Sysctls: joined ? {} : Object.fromEntries(controls),
    ExtraHosts: joined
      ? []
      : (definition.extraHosts ?? []).map((host) => `${host.hostname}:${host.ipAddress}`),
  };
}

function resources(plan: ContainerPlan) {
  const { memory: own, memoryReservation, cpu } = plan.definition;
  const memory = overrideOf(plan)?.memory ?? own;
  return {
    Binds: bindsOf(plan),
    ...(memory === undefined ? {} : { Memory: memory * MEBIBYTE, MemorySwap: memory * MEBIBYTE }),
    ...(memoryReservation === undefined ? {} : { MemoryReservation: memoryReservation * MEBIBYTE }),
    ...(cpu === undefined || cpu === 0 ? {} : { CpuShares: Math.max(2, cpu) }),
  };
}

function linuxConfig(definition: ContainerDefinition) {
  const linux = definition.linuxParameters;
  return {
    LogConfig: { Type: 'json-file', Config: {} },
    RestartPolicy: { Name: 'no' },
    ReadonlyRootfs: definition.readonlyRootFilesystem ?? false,
    Privileged: definition.privileged ?? false,
    Init: linux?.initProcessEnabled ?? false,
    CapAdd: linux?.capabilities?.add ?? [],
    CapDrop: linux?.capabilities?.drop ?? [],
    Tmpfs: Object.fromEntries(
      (linux?.tmpfs ?? []).map((mount) => [
        mount.containerPath,
        [`size=${mount.size}m`, ...(mount.mountOptions ?? [])].join(','),
      ]),
    ),
    Ulimits: (definition.ulimits ?? []).map(({ name, softLimit, hardLimit }) => ({
      Name: name,
      Soft: softLimit,
      Hard: hardLimit,
    })),
  };
}

/** `hostPort` is empty for one that the engine chooses: always, but for a fixed port in bridge mode. */
function portsOf(definition: ContainerDefinition): { readonly key: string; readonly hostPort: string }[] {
  return (definition.portMappings ?? []).flatMap((mapping) => {
    if (mapping.containerPort === undefined) return [];
    const fixed =
      mapping.hostPort !== undefined && mapping.hostPort !== 0 && mapping.hostPort !== mapping.containerPort;
    return [
      {
        key: `${mapping.containerPort}/${mapping.protocol ?? 'tcp'}`,
        hostPort: fixed ? String(mapping.hostPort) : '',
      },
    ];
  });
}

const networkOf = ({ content }: TaskDefinitionRecord): string =>
  content.networkMode === 'host' || content.networkMode === 'none' ? content.networkMode : 'bridge';

/** Later ones win: environment files, the definition, its secrets, the override of RunTask. */
function environment(plan: ContainerPlan, override: readonly KeyValuePair[] | undefined): string[] {
  const values = new Map<string, string>([
    ['AWS_REGION', plan.region],
    ['AWS_DEFAULT_REGION', plan.region],
    ['AWS_EXECUTION_ENV', plan.task.launchType === 'FARGATE' ? 'AWS_ECS_FARGATE' : 'AWS_ECS_EC2'],
  ]);
  for (const [name, value] of inFiles(plan)) values.set(name, value);
  for (const { name, value } of plan.definition.environment ?? []) values.set(name!, value ?? '');
  for (const { name, valueFrom } of plan.definition.secrets ?? [])
    values.set(name!, plan.secrets.get(valueFrom!) ?? '');
  for (const { name, value } of override ?? []) values.set(name!, value ?? '');
  return [...values].map(([name, value]) => `${name}=${value}`);
}

/**
 * One `NAME=value` per line, `#` for a comment, quotes and spaces kept as they are; of a variable that several
 * files set, the first one counts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
 */
function inFiles({ definition, files }: ContainerPlan): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lines = (definition.environmentFiles ?? []).flatMap(({ value }) =>
    (files.get(value!) ?? '').split(/\r?\n/),
  );
  for (const line of lines) {
    const [, name, value] = /^(?!#)([^=]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !values.has(name)) values.set(name, value);
  }
  return values;
}

function bindsOf(plan: ContainerPlan): string[] {
  return (plan.definition.mountPoints ?? []).flatMap((mount) => {
    const volume = plan.taskDefinition.content.volumes?.find(
      (candidate) => candidate.name === mount.sourceVolume,
    );
    if (volume === undefined || mount.containerPath === undefined) return [];
    return [`${sourceOf(plan, volume)}:${mount.containerPath}${mount.readOnly === true ? ':ro' : ''}`];
  });
}

/** A volume lives as long as on ECS: a task's own with the task, a shared or EFS one with the sandbox. */
function sourceOf(plan: ContainerPlan, volume: Volume): string {
  const prefix = volumePrefix(plan.sandboxId);
  if (volume.host?.sourcePath !== undefined) return volume.host.sourcePath;
  if (volume.efsVolumeConfiguration !== undefined)
    return `${prefix}${volume.efsVolumeConfiguration.fileSystemId}`;
  if (volume.dockerVolumeConfiguration?.scope === 'shared') return `${prefix}${volume.name}`;
  return `${prefix}${plan.task.id}-${volume.name}`;
}

import type {
  CreateExpressGatewayServiceRequest,
  ExpressGatewayContainer,
  ExpressGatewayServiceConfiguration,
  UpdateExpressGatewayServiceRequest,
} from '@aws-sdk/client-ecs';
import { canonicalJson } from '../../documents/canonical.ts';
import type { ExpressValues } from './inputs.ts';

/** The part of a request that says what the service is to be. */
export type Settings = Pick<
  UpdateExpressGatewayServiceRequest,
  | 'primaryContainer'
  | 'executionRoleArn'
  | 'taskRoleArn'
  | 'cpu'
  | 'memory'
  | 'cpuArchitecture'
  | 'networkConfiguration'
  | 'healthCheckPath'
  | 'scalingTarget'
>;

const names = [
  'primaryContainer',
  'executionRoleArn',
  'taskRoleArn',
  'cpu',
  'memory',
  'cpuArchitecture',
  'networkConfiguration',
  'healthCheckPath',
  'scalingTarget',
] as const satisfies readonly (keyof Settings)[];

/** Without what was not given: an absent member and one that is `undefined` are the same to ECS, not to a reader. */
const given = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;

/** Undefined where no member was given. */
const group = <T extends object>(members: T): T | undefined => {
  const said = given(members);
  return Object.keys(said).length > 0 ? said : undefined;
};

/**
 * What the service is to be: what was given, over what it is. A container, a network and a scaling target are
 * sent whole, because ECS's documentation does not say whether a member that is omitted is kept or reset.
 */
export function wantedSettings(
  values: ExpressValues,
  live: ExpressGatewayServiceConfiguration | undefined,
): Settings {
  const logs = live?.primaryContainer?.awsLogsConfiguration;
  const said = {
    image: values.image,
    containerPort: values.containerPort,
    environment: values.environmentVariables?.map((one) => ({ ...one })),
    secrets: values.secrets?.map((one) => ({ ...one })),
    command: values.command && [...values.command],
    awsLogsConfiguration:
      values.logGroup === undefined && values.logStreamPrefix === undefined
        ? undefined
        : {
            logGroup: values.logGroup ?? logs?.logGroup,
            logStreamPrefix: values.logStreamPrefix ?? logs?.logStreamPrefix ?? 'ecs',
          },
    repositoryCredentials:
      values.repositoryCredentials === undefined
        ? undefined
        : { credentialsParameter: values.repositoryCredentials },
  };
  return given({
    primaryContainer: { ...live?.primaryContainer, ...given(said) } as ExpressGatewayContainer,
    executionRoleArn: values.executionRoleArn ?? live?.executionRoleArn,
    taskRoleArn: values.taskRoleArn ?? live?.taskRoleArn,
    cpu: values.cpu === undefined ? live?.cpu : String(values.cpu),
    memory: values.memory === undefined ? live?.memory : String(values.memory),
    cpuArchitecture: values.cpuArchitecture ?? live?.cpuArchitecture,
    networkConfiguration: group({
      ...live?.networkConfiguration,
      ...given({
        subnets: values.subnets && [...values.subnets],
        securityGroups: values.securityGroups && [...values.securityGroups],
      }),
    }),
    healthCheckPath: values.healthCheckPath ?? live?.healthCheckPath,
    scalingTarget: group({
      ...live?.scalingTarget,
      ...given({
        minTaskCount: values.minTaskCount,
        maxTaskCount: values.maxTaskCount,
        autoScalingMetric: values.autoScalingMetric,
        autoScalingTargetValue: values.autoScalingTargetValue,
      }),
    }),
  });
}

/** What a configuration is set to, in the form of a request. */
export const settingsOf = (live: ExpressGatewayServiceConfiguration): Settings =>
  given(Object.fromEntries(names.map((name) => [name, live[name]])) as Settings);

/** The members in which two differ. The order of environment variables, secrets, subnets and security groups is none. */
export const differences = (from: Settings, to: Settings): readonly (keyof Settings)[] =>
  names.filter((name) => normal(from[name]) !== normal(to[name]));

export const pick = (settings: Settings, wanted: readonly (keyof Settings)[]): Settings =>
  given(Object.fromEntries(wanted.map((name) => [name, settings[name]])) as Settings);

const sets = new Set(['environment', 'secrets', 'subnets', 'securityGroups']);

/** An empty list and none at all are the same. */
function normal(value: unknown): string {
  if (typeof value !== 'object' || value === null) return canonicalJson(value);
  const members = Object.entries(value).flatMap(([key, member]) => {
    if (member === undefined || (Array.isArray(member) && member.length === 0)) return [];
    const texts =
      sets.has(key) && Array.isArray(member) ? member.map((one) => canonicalJson(one)).sort() : member;
    return [[key, texts]];
  });
  return canonicalJson(Object.fromEntries(members));
}

/** The same settings as a task definition, so that one differ shows them: by name, and without the values of variables. */
export function asTaskDefinition({ primaryContainer: main, ...settings }: Settings): object {
  const { awsLogsConfiguration: logs, containerPort, ...container } = main ?? {};
  return {
    ...settings,
    containerDefinitions: [
      {
        name: 'Main',
        ...container,
        ...(containerPort !== undefined && { portMappings: [{ containerPort }] }),
        ...(logs && {
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': logs.logGroup, 'awslogs-stream-prefix': logs.logStreamPrefix },
          },
        }),
      },
    ],
  };
}

export type CreateRequest = CreateExpressGatewayServiceRequest;
export type UpdateRequest = UpdateExpressGatewayServiceRequest;

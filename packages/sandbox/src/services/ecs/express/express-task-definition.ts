import type {
  ContainerDefinition,
  CreateExpressGatewayServiceRequest,
  ExpressGatewayContainer,
  RegisterTaskDefinitionRequest,
  UpdateExpressGatewayServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Place } from '../../../api/aws-service.ts';
import { invalid } from '../model/faults.ts';
import { EXPRESS_DEFAULTS, MAIN } from './express-defaults.ts';

type Wanted = Partial<CreateExpressGatewayServiceRequest> & Partial<UpdateExpressGatewayServiceRequest>;

export const mainOf = (content: RegisterTaskDefinitionRequest | undefined): ContainerDefinition | undefined =>
  content?.containerDefinitions?.find((container) => container.name === MAIN);

/**
 * The task definition that Express Mode makes of a request, over what the service runs: what the request does not
 * say stays, other containers too; a list that it says replaces the one before.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html
 */
export function expressTaskDefinition(
  place: Place,
  named: { readonly family: string; readonly logGroup: string },
  wanted: Wanted,
  before: RegisterTaskDefinitionRequest | undefined,
): RegisterTaskDefinitionRequest {
  const { runtimePlatform } = before ?? {};
  const main = mainContainer(place, named.logGroup, wanted.primaryContainer, mainOf(before));
  const others = before?.containerDefinitions?.filter((container) => container.name !== MAIN) ?? [];
  return {
    ...before,
    family: before?.family ?? named.family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: wanted.cpu ?? before?.cpu ?? EXPRESS_DEFAULTS.cpu,
    memory: wanted.memory ?? before?.memory ?? EXPRESS_DEFAULTS.memory,
    executionRoleArn: wanted.executionRoleArn ?? before?.executionRoleArn,
    taskRoleArn: wanted.taskRoleArn ?? before?.taskRoleArn,
    runtimePlatform: {
      operatingSystemFamily: 'LINUX',
      cpuArchitecture:
        wanted.cpuArchitecture ?? runtimePlatform?.cpuArchitecture ?? EXPRESS_DEFAULTS.cpuArchitecture,
    },
    containerDefinitions: [main, ...others],
  };
}

function mainContainer(
  place: Place,
  logGroup: string,
  wanted: ExpressGatewayContainer | undefined,
  before: ContainerDefinition | undefined,
): ContainerDefinition {
  const image = wanted?.image ?? before?.image;
  if (image === undefined) throw invalid('The image of the primary container must be specified.');
  const containerPort =
    wanted?.containerPort ?? before?.portMappings?.[0]?.containerPort ?? EXPRESS_DEFAULTS.containerPort;
  const logs = wanted?.awsLogsConfiguration;
  return {
    ...before,
    name: MAIN,
    image,
    essential: true,
    portMappings: [{ name: MAIN, containerPort, protocol: 'tcp' }],
    ...given('command', wanted?.command),
    ...given('environment', wanted?.environment),
    ...given('secrets', wanted?.secrets),
    ...given('repositoryCredentials', wanted?.repositoryCredentials),
    logConfiguration:
      logs === undefined && before?.logConfiguration !== undefined
        ? before.logConfiguration
        : {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': logs?.logGroup ?? logGroup,
              'awslogs-region': place.region,
              'awslogs-stream-prefix': logs?.logStreamPrefix ?? EXPRESS_DEFAULTS.logStreamPrefix,
              mode: 'non-blocking',
              'max-buffer-size': '25m',
            },
          },
    linuxParameters: { initProcessEnabled: true },
    stopTimeout: 30,
    versionConsistency: 'enabled',
  };
}

const given = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });

/** The container as Express Mode shows it. */
export function expressContainer(main: ContainerDefinition): ExpressGatewayContainer {
  const { logConfiguration: logs } = main;
  return {
    image: main.image,
    containerPort: main.portMappings?.[0]?.containerPort,
    ...(logs?.logDriver === 'awslogs' && {
      awsLogsConfiguration: {
        logGroup: logs.options?.['awslogs-group'],
        logStreamPrefix: logs.options?.['awslogs-stream-prefix'],
      },
    }),
    ...given('repositoryCredentials', main.repositoryCredentials),
    ...given('command', main.command),
    ...given('environment', main.environment),
    ...given('secrets', main.secrets),
  } as ExpressGatewayContainer;
}

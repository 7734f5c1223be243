import type {
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { ecsBench } from '../testing/bench.ts';

const app: ContainerDefinition = { name: 'app', image: 'example/web:1', memory: 128 };
const helper: ContainerDefinition = {
  name: 'helper',
  image: 'example/helper:1',
  memory: 128,
  essential: false,
};
const fargate: Partial<RegisterTaskDefinitionRequest> = {
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
};
const definition = (
  containers: readonly ContainerDefinition[],
  more: Partial<RegisterTaskDefinitionRequest> = {},
): RegisterTaskDefinitionRequest => ({ family: 'web', containerDefinitions: [...containers], ...more });
const refusalOf = (input: RegisterTaskDefinitionRequest) =>
  ecsBench().refusal('RegisterTaskDefinition', input);
const registered = (input: RegisterTaskDefinitionRequest) =>
  ecsBench().call<RegisterTaskDefinitionResponse>('RegisterTaskDefinition', input).taskDefinition!;

describe('a task definition is refused', () => {
  test.each<[string, RegisterTaskDefinitionRequest, string]>([
    [
      'that waits for the end of an essential container',
      definition([
        { ...app, dependsOn: [{ containerName: 'helper', condition: 'SUCCESS' }] },
        { ...helper, essential: true },
      ]),
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
    ],
    [
      'that waits for the health of a container without a health check',
      definition([{ ...app, dependsOn: [{ containerName: 'helper', condition: 'HEALTHY' }] }, helper]),
      "Invalid dependsOn setting for container 'app': container 'helper' has no health check.",
    ],
    [
      'whose containers wait for each other',
      definition([
        { ...app, dependsOn: [{ containerName: 'helper', condition: 'START' }] },
        { ...helper, dependsOn: [{ containerName: 'app', condition: 'START' }] },
      ]),
      "Invalid dependsOn setting for container 'app': it depends on itself.",
    ],
    [
      'whose containers reserve more CPU than the task has',
      definition(
        [
          { ...app, cpu: 200 },
          { ...helper, cpu: 100 },
        ],
        { cpu: '.25 vCPU' },
      ),
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    [
      'with a container larger than the task',
      definition([{ ...app, memory: 1_025 }], { memory: '1 GB' }),
      "The 'memory' setting for container is greater than for the task.",
    ],
    [
      'that mounts a volume it does not have',
      definition([{ ...app, mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }]),
      "Unknown volume 'data'.",
    ],
    [
      'with links in the network mode awsvpc',
      definition([{ ...app, links: ['helper'] }, helper], { networkMode: 'awsvpc' }),
      'Links are not supported when networkMode=awsvpc.',
    ],
    [
      'with a port that there is not',
      definition([{ ...app, portMappings: [{ containerPort: 70_000 }] }]),
      "Invalid port 70000 for container 'app': it is between 0 and 65535.",
    ],
    [
      'with less ephemeral storage than there can be',
      definition([app], { ephemeralStorage: { sizeInGiB: 5 } }),
      'Ephemeral storage must be between 21 and 200 GiB, and not 5 GiB.',
    ],
    [
      'whose health is checked every second',
      definition([{ ...app, healthCheck: { command: ['CMD', 'true'], interval: 1 } }]),
      "Invalid healthCheck setting for container 'app': interval must be between 5 and 300, and not 1.",
    ],
    [
      'for Fargate, with a privileged container',
      definition([{ ...app, privileged: true }], fargate),
      'Fargate compatible task definitions do not support privileged',
    ],
    [
      'for Fargate, with a log driver that it does not have',
      definition([{ ...app, logConfiguration: { logDriver: 'syslog' } }], fargate),
      'Fargate compatible task definitions do not support log driver syslog',
    ],
    [
      'for Fargate, with placement constraints',
      definition([app], { ...fargate, placementConstraints: [{ type: 'memberOf', expression: 'true' }] }),
      'Fargate compatible task definitions do not support constraints',
    ],
  ])('%s', (_what, input, message) => {
    expect(refusalOf(input)).toEqual({ code: 'ClientException', message });
  });

  test('with an empty size of the task', () => {
    expect(refusalOf(definition([app], { cpu: '' }))).toEqual({
      code: 'InvalidParameterException',
      message: "Invalid 'cpu' setting for task.",
    });
  });
});

describe('a task definition may', () => {
  test('use all that its task has', () => {
    const input = definition(
      [
        { ...app, cpu: 128, memory: 512, dependsOn: [{ containerName: 'helper', condition: 'COMPLETE' }] },
        { ...helper, cpu: 128 },
      ],
      { cpu: '256', memory: '512', ephemeralStorage: { sizeInGiB: 21 } },
    );
    expect(registered(input).cpu).toBe('256');
  });

  test('have empty roles, which are none', () => {
    const { taskRoleArn, executionRoleArn, requiresAttributes } = registered(
      definition([app], { taskRoleArn: '', executionRoleArn: '' }),
    );
    expect({ taskRoleArn, executionRoleArn }).toEqual({});
    expect(requiresAttributes?.map(({ name }) => name)).not.toContain(
      'com.amazonaws.ecs.capability.task-iam-role',
    );
  });

  test('name a protocol that ECS does not have, which it takes for tcp', () => {
    const portMappings = [{ containerPort: 80, protocol: 'http' as never }];
    expect(registered(definition([{ ...app, portMappings }])).containerDefinitions).toMatchObject([
      { portMappings: [{ containerPort: 80, protocol: 'tcp' }] },
    ]);
  });
});

test('an override without a name is refused in the words of one with a wrong name', () => {
  const ecs = ecsBench();
  ecs.register();
  const overrides = { containerOverrides: [{ command: ['true'] }] };
  expect(ecs.refusal('RunTask', { cluster: 'main', taskDefinition: 'web', overrides })).toEqual({
    code: 'InvalidParameterException',
    message: 'Override for container named null is not a container in the TaskDefinition.',
  });
});

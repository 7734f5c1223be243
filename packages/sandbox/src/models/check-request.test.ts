import { describe, expect, test } from '@jest/globals';
import type { AwsFault } from '../api/aws-service.ts';
import { services } from '../services/services.ts';
import { checkRequest } from './check-request.ts';

const refusalOf = (service: string, operation: string, input: unknown): readonly [string, string] => {
  try {
    checkRequest(services.find(({ name }) => name === service)!.requests, operation, input);
  } catch (error) {
    const { code, message } = error as AwsFault;
    return [code, message];
  }
  throw new Error('It was not refused.');
};
const definition = (more: object, container: object = {}) => ({
  family: 'web',
  containerDefinitions: [{ name: 'app', image: 'web:1', memory: 128, ...container }],
  ...more,
});

describe('a value that AWS does not know is refused', () => {
  test.each<[string, string, object, string, string]>([
    [
      'ecs',
      'RegisterTaskDefinition',
      definition({ networkMode: 'nonsense' }),
      'ClientException',
      "Value 'nonsense' at 'networkMode' failed to satisfy constraint: Member must satisfy enum value set: [bridge, host, awsvpc, none]",
    ],
    [
      'ecs',
      'RegisterTaskDefinition',
      definition({ requiresCompatibilities: ['MOON'] }),
      'ClientException',
      "Value 'MOON' at 'requiresCompatibilities.1.member' failed to satisfy constraint: Member must satisfy enum value set: [EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES]",
    ],
    [
      'ecs',
      'RegisterTaskDefinition',
      definition({}, { logConfiguration: { logDriver: 'nonsense' } }),
      'ClientException',
      "Value 'nonsense' at 'containerDefinitions.1.member.logConfiguration.logDriver' failed to satisfy constraint: Member must satisfy enum value set: [json-file, syslog, journald, gelf, fluentd, awslogs, splunk, awsfirelens]",
    ],
    [
      'ecs',
      'RunTask',
      { taskDefinition: 'web', launchType: 'fargate' },
      'InvalidParameterException',
      "Value 'fargate' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: [EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES]",
    ],
    [
      'ecs',
      'UpdateService',
      { service: 'web', deploymentConfiguration: { strategy: 'SIDEWAYS' } },
      'InvalidParameterException',
      "Value 'SIDEWAYS' at 'deploymentConfiguration.strategy' failed to satisfy constraint: Member must satisfy enum value set: [ROLLING, BLUE_GREEN, LINEAR, CANARY]",
    ],
    [
      'ecs',
      'CreateService',
      { serviceName: 'web', deploymentController: { type: 'ROBOT' } },
      'InvalidParameterException',
      "Value 'ROBOT' at 'deploymentController.type' failed to satisfy constraint: Member must satisfy enum value set: [ECS, CODE_DEPLOY, EXTERNAL]",
    ],
    [
      'codedeploy',
      'CreateDeploymentGroup',
      {
        applicationName: 'app',
        deploymentGroupName: 'group',
        serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
        deploymentStyle: { deploymentOption: 'SOME_TRAFFIC' },
      },
      'InvalidDeploymentStyleException',
      "Value 'SOME_TRAFFIC' at 'deploymentStyle.deploymentOption' failed to satisfy constraint: Member must satisfy enum value set: [WITH_TRAFFIC_CONTROL, WITHOUT_TRAFFIC_CONTROL]",
    ],
    [
      'ssm',
      'PutParameter',
      { Name: 'token', Value: 'a', Type: 'Secret' },
      'ValidationException',
      "Value 'Secret' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [String, StringList, SecureString]",
    ],
  ])('%s %s %j', (service, operation, input, code, message) => {
    expect(refusalOf(service, operation, input)).toEqual([code, `1 validation error detected: ${message}`]);
  });

  test('by ECR in its own words', () => {
    expect(
      refusalOf('ecr', 'CreateRepository', { repositoryName: 'web', imageTagMutability: 'FIXED' }),
    ).toEqual([
      'InvalidParameterException',
      "Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value set: [MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION]'",
    ]);
  });
});

test('all problems are reported at once, and no list or structure is shown', () => {
  expect(refusalOf('logs', 'PutLogEvents', { logGroupName: 'a b', logEvents: [] })).toEqual([
    'InvalidParameterException',
    "3 validation errors detected: Value null at 'logStreamName' failed to satisfy constraint: Member must not be null; Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+; Value at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ]);
});

test('a secret is not shown', () => {
  const input = { SecretId: 'db', SecretString: 'hush'.repeat(20_000) };
  expect(refusalOf('secretsmanager', 'PutSecretValue', input)).toEqual([
    'InvalidParameterException',
    "1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536",
  ]);
});

test('words of AWS that are known to be others are used', () => {
  expect(refusalOf('ecs', 'RegisterTaskDefinition', { containerDefinitions: [] })).toEqual([
    'ClientException',
    'Family should not be null or blank.',
  ]);
});

test('a request of an API without a model is taken as it is', () => {
  const input = { any: null };
  expect(checkRequest(undefined, 'Any', input)).toBe(input);
});

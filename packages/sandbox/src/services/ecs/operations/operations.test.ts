import type * as sdk from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { ecsBench } from '../testing/bench.ts';

describe('what is refused, in the words of ECS', () => {
  const service = { cluster: 'main', service: 'web' };
  test.each<[string, string, object, string, string]>([
    [
      'a cluster that is not there',
      'ListServices',
      { cluster: 'nope' },
      'ClusterNotFoundException',
      'Cluster not found.',
    ],
    [
      'a service that is not there',
      'UpdateService',
      { cluster: 'main', service: 'nope' },
      'ServiceNotFoundException',
      'Service not found.',
    ],
    [
      'eleven services at once',
      'DescribeServices',
      { cluster: 'main', services: Array(11).fill('web') },
      'InvalidParameterException',
      'service names can have at most 10 items.',
    ],
    [
      'no services',
      'DescribeServices',
      { cluster: 'main', services: [] },
      'InvalidParameterException',
      'Services cannot be empty.',
    ],
    [
      'a hundred and one tasks',
      'DescribeTasks',
      { cluster: 'main', tasks: Array(101).fill('a') },
      'InvalidParameterException',
      'taskIds can have at most 100 items.',
    ],
    [
      'eleven tasks to run',
      'RunTask',
      { cluster: 'main', taskDefinition: 'web', count: 11 },
      'InvalidParameterException',
      'Count cannot be greater than 10.',
    ],
    [
      'an override of an absent container',
      'RunTask',
      { cluster: 'main', taskDefinition: 'web', overrides: { containerOverrides: [{ name: 'x' }] } },
      'InvalidParameterException',
      'Override for container named x is not a container in the TaskDefinition.',
    ],
    [
      'a task definition that is not there',
      'DescribeTaskDefinition',
      { taskDefinition: 'nope' },
      'ClientException',
      'Unable to describe task definition.',
    ],
    [
      'an update to one that is not there',
      'UpdateService',
      { ...service, taskDefinition: 'nope:1' },
      'ClientException',
      'TaskDefinition not found.',
    ],
    [
      'the deletion of a service at work',
      'DeleteService',
      service,
      'InvalidParameterException',
      'The service cannot be stopped while it is scaled above 0.',
    ],
    [
      'a second service of the name',
      'CreateService',
      { cluster: 'main', serviceName: 'web', taskDefinition: 'web', desiredCount: 1 },
      'InvalidParameterException',
      'Creation of service was not idempotent.',
    ],
    [
      'a task definition without a family',
      'RegisterTaskDefinition',
      { containerDefinitions: [] },
      'ClientException',
      'Family should not be null or blank.',
    ],
    [
      'a container without an image',
      'RegisterTaskDefinition',
      { family: 'x', containerDefinitions: [{ name: 'a', memory: 1 }] },
      'ClientException',
      'Container.image should not be null or blank.',
    ],
    [
      'a container without memory',
      'RegisterTaskDefinition',
      { family: 'x', containerDefinitions: [{ name: 'a', image: 'b' }] },
      'ClientException',
      "Invalid setting for container 'a'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      'a page of 101',
      'ListTasks',
      { cluster: 'main', maxResults: 101 },
      'InvalidParameterException',
      'maxResults must be between 1 and 100.',
    ],
    [
      'a token of another make',
      'ListTasks',
      { cluster: 'main', nextToken: 'x' },
      'InvalidParameterException',
      'Invalid token in request.',
    ],
  ])('%s', (_name, operation, input, code, message) => {
    const ecs = ecsBench();
    ecs.create({ taskDefinition: ecs.register() });
    expect(ecs.refusal(operation, input)).toEqual({ code, message });
  });
});

describe('task definitions', () => {
  test('what is registered comes back, unknown fields included, with the defaults of ECS', () => {
    const ecs = ecsBench();
    const registered = {
      family: 'web',
      newField: { a: [1] },
      containerDefinitions: [
        { name: 'app', image: 'x', memory: 5, newer: true, portMappings: [{ containerPort: 80 }] },
      ],
      tags: [{ key: 'k', value: 'v' }],
    };
    ecs.call('RegisterTaskDefinition', registered);
    expect(ecs.call('DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] })).toMatchObject({
      taskDefinition: {
        newField: { a: [1] },
        revision: 1,
        status: 'ACTIVE',
        registeredBy: 'arn:aws:iam::123456789012:user/tester',
        containerDefinitions: [
          {
            newer: true,
            cpu: 0,
            essential: true,
            environment: [],
            portMappings: [{ containerPort: 80, hostPort: 0, protocol: 'tcp' }],
          },
        ],
      },
      tags: [{ key: 'k', value: 'v' }],
    });
  });

  test('revisions count up, and a number is never given twice', () => {
    const ecs = ecsBench();
    ecs.register();
    const second = ecs.register();
    ecs.call('DeregisterTaskDefinition', { taskDefinition: second });
    expect(
      ecs.call<sdk.DescribeTaskDefinitionResponse>('DescribeTaskDefinition', { taskDefinition: 'web' })
        .taskDefinition!.revision,
    ).toBe(1);
    expect(ecs.register().endsWith('web:3')).toBe(true);
    expect(ecs.call('ListTaskDefinitions', { familyPrefix: 'web', sort: 'DESC' })).toEqual({
      taskDefinitionArns: [3, 1].map(
        (revision) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${revision}`,
      ),
    });
    expect(ecs.refusal('UpdateService', { cluster: 'main', service: 'web' }).code).toBe(
      'ServiceNotFoundException',
    );
    expect(ecs.refusal('RunTask', { cluster: 'main', taskDefinition: second })).toEqual({
      code: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
  });

  test('a list of 250 comes in three pages', () => {
    const ecs = ecsBench();
    for (let count = 0; count < 250; count += 1) ecs.register();
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const answer = ecs.call<sdk.ListTaskDefinitionsResponse>('ListTaskDefinitions', { nextToken });
      sizes.push(answer.taskDefinitionArns!.length);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([100, 100, 50]);
  });
});

describe('reads that are behind', () => {
  const lagging = (lag: Parameters<ReturnType<typeof ecsBench>['service']['setLag']>[0]) => {
    const ecs = ecsBench();
    ecs.service.setLag(lag);
    return ecs;
  };

  test('D04: a service just created is MISSING for a while', () => {
    const ecs = lagging({ missingAfterCreate: 2 });
    ecs.create({ taskDefinition: ecs.register() });
    const look = () =>
      ecs.call<sdk.DescribeServicesResponse>('DescribeServices', { cluster: 'main', services: ['web'] });
    expect(look().failures).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web', reason: 'MISSING' },
    ]);
    expect(look().services).toEqual([]);
    expect(look().services).toHaveLength(1);
  });

  test('after an update the old state is read, and the service deployment is named late', () => {
    const ecs = ecsBench();
    ecs.create({ taskDefinition: ecs.register() });
    ecs.clock.advance(120_000);
    const before = ecs.describe();
    ecs.service.setLag({ staleReads: 2, lateServiceDeployment: 3 });
    const answer = ecs.update({ taskDefinition: ecs.register({ image: 'example/web:2' }) });
    expect(answer.deployments).toHaveLength(2);
    expect(answer.currentServiceDeployment).toBe(before.currentServiceDeployment);
    expect([ecs.describe(), ecs.describe()]).toEqual([before, before]);
    expect(ecs.describe()).toMatchObject({
      currentServiceDeployment: before.currentServiceDeployment,
      deployments: [{}, {}],
    });
    expect(ecs.describe().currentServiceDeployment).toBe(before.currentServiceDeployment);
    expect(ecs.describe().currentServiceDeployment).not.toBe(before.currentServiceDeployment);
  });
});

describe('running a task twice', () => {
  test('T01: the same token and parameters give the same task', () => {
    const ecs = ecsBench();
    const request = { cluster: 'main', taskDefinition: ecs.register(), clientToken: 'run-1' };
    const first = ecs.call<sdk.RunTaskResponse>('RunTask', request).tasks![0]!.taskArn;
    expect(ecs.call<sdk.RunTaskResponse>('RunTask', request).tasks![0]!.taskArn).toBe(first);
  });

  test('T02: the same token with other parameters is a ConflictException', () => {
    const ecs = ecsBench();
    const request = { cluster: 'main', taskDefinition: ecs.register(), clientToken: 'run-1' };
    ecs.call('RunTask', request);
    expect(ecs.refusal('RunTask', { ...request, count: 2 }).code).toBe('ConflictException');
  });

  test('T03: a task that cannot be placed is a failure next to those that can', () => {
    const ecs = ecsBench({ taskRules: [{ nth: 2, outcome: { kind: 'placement' } }] });
    const answer = ecs.call<sdk.RunTaskResponse>('RunTask', {
      cluster: 'main',
      taskDefinition: ecs.register(),
      count: 3,
    });
    expect(answer.tasks).toHaveLength(2);
    expect(answer.failures).toEqual([
      { arn: expect.stringContaining(':container-instance/main/'), reason: 'RESOURCE:MEMORY' },
    ]);
  });
});

import * as sdk from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { writeJson } from '../../protocol/http/json-protocol.ts';
import { schemaProblems } from '../../testing/schema-problems.ts';
import { ecsBench } from './testing/bench.ts';

/** Every answer of a run that calls every operation, checked against the schema of the SDK. */
test('every answer fits the schema that the SDK has of it', () => {
  const ecs = ecsBench({
    taskRules: [
      { match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1 } },
      { match: { group: 'stays' }, outcome: { kind: 'run' } },
    ],
  });
  const problems: string[] = [];
  const seen = new Set<string>();
  const ask = <Output>(operation: string, input: object): Output => {
    const answer = ecs.call<Output>(operation, input);
    seen.add(operation);
    const schema = (sdk as unknown as Record<string, unknown>)[`${operation}$`];
    const found = schemaProblems(schema, JSON.parse(writeJson(answer)));
    problems.push(...found.map((problem) => `${operation}: ${problem}`));
    return answer;
  };
  const main = { cluster: 'main' };
  const web = { ...main, service: 'web' };
  const minutes = (count: number) => ecs.clock.advance(count * 60_000);

  ask('CreateCluster', { clusterName: 'main', tags: [{ key: 'a', value: 'b' }] });
  ask('CreateCluster', { clusterName: 'empty' });
  const container = {
    name: 'app',
    image: 'example/web:1',
    portMappings: [{ containerPort: 80 }],
    healthCheck: { command: ['CMD', 'true'] },
  };
  const definition = {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    requiresCompatibilities: ['FARGATE'],
  };
  const register = (image: string) =>
    ask<sdk.RegisterTaskDefinitionResponse>('RegisterTaskDefinition', {
      ...definition,
      containerDefinitions: [{ ...container, image }],
    }).taskDefinition!.taskDefinitionArn!;
  const good = register('example/web:1');
  const bad = register('example/web:2');
  ask('DescribeTaskDefinition', { taskDefinition: good, include: ['TAGS'] });
  ask('ListTaskDefinitions', { maxResults: 1 });
  ask('ListTaskDefinitionFamilies', {});
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
  ask('CreateService', {
    ...main,
    serviceName: 'web',
    taskDefinition: good,
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration,
    loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }],
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { alarmNames: ['5xx'], enable: true, rollback: true },
    },
  });
  minutes(3);
  ask('UpdateService', { ...web, taskDefinition: bad });
  for (let tick = 0; tick < 120; tick += 1) {
    ecs.clock.advance(5_000);
    const { services } = ask<sdk.DescribeServicesResponse>('DescribeServices', {
      ...main,
      services: ['web', 'gone'],
      include: ['TAGS'],
    });
    ask('DescribeServiceDeployments', {
      serviceDeploymentArns: [services![0]!.currentServiceDeployment, 'arn:gone'],
    });
  }
  ask('UpdateService', {
    ...web,
    taskDefinition: register('example/web:3'),
    deploymentConfiguration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 5,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
    },
  });
  minutes(5);
  const { serviceDeployments } = ask<sdk.ListServiceDeploymentsResponse>('ListServiceDeployments', web);
  const [{ serviceDeploymentArn, targetServiceRevisionArn }] = serviceDeployments as [
    sdk.ServiceDeploymentBrief,
  ];
  const described = ask<sdk.DescribeServiceDeploymentsResponse>('DescribeServiceDeployments', {
    serviceDeploymentArns: [serviceDeploymentArn],
  });
  const hookId = described.serviceDeployments![0]!.lifecycleHookDetails![0]!.hookId;
  ask('ContinueServiceDeployment', { serviceDeploymentArn, hookId, action: 'CONTINUE' });
  minutes(4);
  ask('DescribeServiceRevisions', { serviceRevisionArns: [targetServiceRevisionArn, 'arn:gone'] });
  ask('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' });
  minutes(5);
  const { tasks } = ask<sdk.RunTaskResponse>('RunTask', {
    ...main,
    taskDefinition: good,
    launchType: 'FARGATE',
    networkConfiguration,
    group: 'stays',
    enableExecuteCommand: true,
  });
  minutes(2);
  ask('ExecuteCommand', { ...main, task: tasks![0]!.taskArn, command: 'sh', interactive: true });
  ask('StartTask', { ...main, taskDefinition: good, containerInstances: ['gone'] });
  const { taskArns } = ask<sdk.ListTasksResponse>('ListTasks', { ...main, serviceName: 'web' });
  const protectable = { ...main, tasks: [taskArns![0], tasks![0]!.taskArn, 'gone'] };
  ask('UpdateTaskProtection', { ...protectable, protectionEnabled: true });
  ask('GetTaskProtection', protectable);
  ask('UpdateTaskProtection', { ...protectable, protectionEnabled: false });
  ask('StopTask', { ...main, task: tasks![0]!.taskArn });
  ask('ListTasks', main);
  ask('DescribeTasks', { ...main, tasks: [tasks![0]!.taskArn, 'gone'], include: ['TAGS'] });
  ask('TagResource', { resourceArn: good, tags: [{ key: 'a', value: 'b' }] });
  ask('ListTagsForResource', { resourceArn: good });
  ask('UntagResource', { resourceArn: good, tagKeys: ['a'] });
  ask('DeregisterTaskDefinition', { taskDefinition: bad });
  ask('DeleteTaskDefinitions', { taskDefinitions: [bad, good] });
  ask('ListServices', main);
  ask('DeleteService', { ...web, force: true });

  const express = ask<sdk.CreateExpressGatewayServiceResponse>('CreateExpressGatewayService', {
    ...main,
    serviceName: 'express',
    infrastructureRoleArn: 'arn:aws:iam::123456789012:role/infrastructure',
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    taskRoleArn: 'arn:aws:iam::123456789012:role/task',
    primaryContainer: {
      image: 'example/web:1',
      command: ['serve'],
      environment: [{ name: 'A', value: 'b' }],
      secrets: [{ name: 'S', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/s' }],
      repositoryCredentials: {
        credentialsParameter: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:r',
      },
    },
    tags: [{ key: 'a', value: 'b' }],
  });
  const { serviceArn } = express.service!;
  minutes(12);
  ask('UpdateExpressGatewayService', { serviceArn, primaryContainer: { image: 'example/web:3' } });
  minutes(2);
  ask('DescribeExpressGatewayService', { serviceArn, include: ['TAGS'] });
  ask('DescribeServices', { ...main, services: ['express'] });
  ask('ListServices', { ...main, resourceManagementType: 'ECS' });
  ask('DeleteExpressGatewayService', { serviceArn });

  ask('CreateService', {
    ...main,
    serviceName: 'sets',
    desiredCount: 2,
    deploymentController: { type: 'EXTERNAL' },
    schedulingStrategy: 'REPLICA',
  });
  const sets = { ...main, service: 'sets' };
  const { taskSet } = ask<sdk.CreateTaskSetResponse>('CreateTaskSet', {
    ...sets,
    taskDefinition: good,
    launchType: 'FARGATE',
    networkConfiguration,
    scale: { unit: 'PERCENT', value: 100 },
    tags: [{ key: 'a', value: 'b' }],
  });
  minutes(2);
  ask('UpdateServicePrimaryTaskSet', { ...sets, primaryTaskSet: taskSet!.id });
  ask('UpdateTaskSet', { ...sets, taskSet: taskSet!.id, scale: { unit: 'PERCENT', value: 50 } });
  ask('DescribeTaskSets', { ...sets, include: ['TAGS'] });
  ask('DescribeServices', { ...main, services: ['sets'] });
  ask('DeleteTaskSet', { ...sets, taskSet: taskSet!.id, force: true });
  minutes(2);
  ask('DescribeClusters', { clusters: ['main', 'gone'], include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS'] });
  ask('ListClusters', {});
  ask('DeleteCluster', { cluster: 'empty' });

  expect([...new Set(problems)]).toEqual([]);
  expect([...seen].sort()).toEqual(Object.keys(ecs.service.handlers).sort());
});

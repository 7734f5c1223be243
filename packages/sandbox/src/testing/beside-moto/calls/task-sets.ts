import type { Calls } from '../ask.ts';

const targetGroupArn =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/0123456789abcdef';

export const taskSetCalls: Calls = async (ask, { subnet, securityGroup, timePasses }) => {
  const sets = { cluster: 'main', service: 'sets' };
  const set = {
    ...sets,
    taskDefinition: 'web',
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [subnet], securityGroups: [securityGroup], assignPublicIp: 'DISABLED' },
    },
    scale: { unit: 'PERCENT', value: 100 },
  };
  await ask('with task sets', 'CreateService', {
    cluster: 'main',
    serviceName: 'sets',
    desiredCount: 1,
    deploymentController: { type: 'EXTERNAL' },
  });
  const { taskSet } = await ask('the first', 'CreateTaskSet', {
    ...set,
    externalId: 'blue',
    tags: [{ key: 'team', value: 'web' }],
  });
  await ask('of a service that is missing', 'CreateTaskSet', { ...set, service: 'gone' });
  await ask('of a task definition that is missing', 'CreateTaskSet', { ...set, taskDefinition: 'gone' });
  await timePasses();
  await ask('all, with tags', 'DescribeTaskSets', { ...sets, include: ['TAGS'] });
  await ask('one that is missing', 'DescribeTaskSets', { ...sets, taskSets: ['ecs-svc/1'] });
  await ask('of a service that is missing', 'DescribeTaskSets', { cluster: 'main', service: 'gone' });
  await ask('the first', 'UpdateServicePrimaryTaskSet', { ...sets, primaryTaskSet: taskSet?.taskSetArn });
  await ask('with task sets', 'DescribeServices', { cluster: 'main', services: ['sets'] });
  await ask('to none', 'UpdateTaskSet', {
    ...sets,
    taskSet: taskSet?.taskSetArn,
    scale: { unit: 'PERCENT', value: 0 },
  });
  await ask('one that is missing', 'UpdateTaskSet', {
    ...sets,
    taskSet: 'ecs-svc/1',
    scale: { unit: 'PERCENT', value: 50 },
  });
  await ask('one that is missing', 'DeleteTaskSet', { ...sets, taskSet: 'ecs-svc/1' });
  await ask('by force', 'DeleteTaskSet', { ...sets, taskSet: taskSet?.taskSetArn, force: true });
  await ask('for CodeDeploy', 'CreateService', {
    cluster: 'main',
    serviceName: 'codedeploy',
    taskDefinition: 'web:1',
    desiredCount: 1,
    deploymentController: { type: 'CODE_DEPLOY' },
    launchType: 'FARGATE',
    networkConfiguration: set.networkConfiguration,
    loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 80 }],
  });
  await timePasses();
};

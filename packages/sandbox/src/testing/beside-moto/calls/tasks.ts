import type { Calls } from '../ask.ts';

export const taskCalls: Calls = async (ask, { subnet, securityGroup, timePasses }) => {
  const main = { cluster: 'main' };
  const fargate = {
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [subnet], securityGroups: [securityGroup], assignPublicIp: 'DISABLED' },
    },
  };
  const { tasks } = await ask('on Fargate, with overrides and tags', 'RunTask', {
    ...main,
    ...fargate,
    taskDefinition: 'web',
    count: 1,
    startedBy: 'release',
    overrides: {
      containerOverrides: [{ name: 'app', command: ['true'], environment: [{ name: 'A', value: 'b' }] }],
    },
    tags: [{ key: 'team', value: 'web' }],
  });
  await ask('a task definition that is missing', 'RunTask', { ...main, ...fargate, taskDefinition: 'gone' });
  await ask('in a cluster that is missing', 'RunTask', {
    cluster: 'gone',
    ...fargate,
    taskDefinition: 'web',
  });
  await ask('more than there can be', 'RunTask', { ...main, ...fargate, taskDefinition: 'web', count: 11 });
  await ask('on an instance that is missing', 'StartTask', {
    ...main,
    taskDefinition: 'web',
    containerInstances: ['0123456789abcdef0123456789abcdef'],
    networkConfiguration: fargate.networkConfiguration,
  });
  await ask('in a cluster that is missing', 'StartTask', {
    cluster: 'gone',
    taskDefinition: 'web',
    containerInstances: ['0123456789abcdef0123456789abcdef'],
  });
  await timePasses();
  const task: string = tasks?.[0]?.taskArn;
  await ask('one that runs, with tags', 'DescribeTasks', { ...main, tasks: [task], include: ['TAGS'] });
  await ask('one that is missing', 'DescribeTasks', { ...main, tasks: ['0123456789abcdef0123456789abcdef'] });
  await ask('none', 'DescribeTasks', { ...main, tasks: [] });
  await ask('in a cluster that is missing', 'DescribeTasks', { cluster: 'gone', tasks: [task] });
  await ask('those that run', 'ListTasks', main);
  await ask('of a family', 'ListTasks', { ...main, family: 'web' });
  await ask('of a starter', 'ListTasks', { ...main, startedBy: 'release' });
  await ask('in a cluster that is missing', 'ListTasks', { cluster: 'gone' });
  await ask('of a task', 'ListTagsForResource', { resourceArn: task });
  await ask('one that runs', 'StopTask', { ...main, task, reason: 'enough' });
  await ask('one that is missing', 'StopTask', { ...main, task: '0123456789abcdef0123456789abcdef' });
  await timePasses();
  await ask('one that stopped', 'DescribeTasks', { ...main, tasks: [task] });
  await ask('those that stopped', 'ListTasks', { ...main, desiredStatus: 'STOPPED' });
  await ask('by force', 'DeleteService', { ...main, service: 'web', force: true });
  await timePasses();
  await ask('one that was deleted', 'DescribeServices', { ...main, services: ['web'] });
};

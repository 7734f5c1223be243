import type { Calls } from '../ask.ts';

export const serviceCalls: Calls = async (ask, { subnet, securityGroup, timePasses }) => {
  const web = { cluster: 'main', service: 'web' };
  const fargate = {
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [subnet], securityGroups: [securityGroup], assignPublicIp: 'DISABLED' },
    },
  };
  const { service } = await ask('on Fargate, with tags', 'CreateService', {
    cluster: 'main',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 2,
    ...fargate,
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    tags: [{ key: 'team', value: 'web' }],
  });
  await ask('one that is there already', 'CreateService', {
    cluster: 'main',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 2,
    ...fargate,
  });
  await ask('in a cluster that is missing', 'CreateService', {
    cluster: 'gone',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    ...fargate,
  });
  await ask('with a task definition that is missing', 'CreateService', {
    cluster: 'main',
    serviceName: 'other',
    taskDefinition: 'gone',
    desiredCount: 1,
    ...fargate,
  });
  await timePasses();
  await ask('one, with tags', 'DescribeServices', {
    cluster: 'main',
    services: ['web'],
    include: ['TAGS'],
  });
  await ask('one that is missing', 'DescribeServices', { cluster: 'main', services: ['gone'] });
  await ask('in a cluster that is missing', 'DescribeServices', { cluster: 'gone', services: ['web'] });
  await ask('all', 'ListServices', { cluster: 'main' });
  await ask('in a cluster that is missing', 'ListServices', { cluster: 'gone' });
  await ask('another count', 'UpdateService', { ...web, desiredCount: 1 });
  await ask('another task definition', 'UpdateService', { ...web, taskDefinition: 'web:1' });
  await ask('the same again by force', 'UpdateService', { ...web, forceNewDeployment: true });
  await ask('a task definition that is missing', 'UpdateService', { ...web, taskDefinition: 'gone' });
  await ask('one that is missing', 'UpdateService', { cluster: 'main', service: 'gone', desiredCount: 1 });
  await ask('in a cluster that is missing', 'UpdateService', { cluster: 'gone', service: 'web' });
  await ask('of a service', 'ListTagsForResource', { resourceArn: service?.serviceArn });
  await ask('a service', 'TagResource', {
    resourceArn: service?.serviceArn,
    tags: [{ key: 'stage', value: 'test' }],
  });
  await ask('of a service', 'UntagResource', { resourceArn: service?.serviceArn, tagKeys: ['stage'] });
  await ask('of an ARN that is none', 'ListTagsForResource', { resourceArn: 'web' });
  await ask('one that is scaled above 0', 'DeleteService', web);
  await ask('one that is missing', 'DeleteService', { cluster: 'main', service: 'gone' });
};

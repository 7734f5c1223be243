import { createHash } from 'node:crypto';
import type { Calls } from '../ask.ts';

const content = JSON.stringify({
  version: 1,
  Resources: [
    {
      TargetService: {
        Type: 'AWS::ECS::Service',
        Properties: {
          TaskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
          LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
        },
      },
    },
  ],
});
const sha256 = createHash('sha256').update(content).digest('hex');

export const codedeployCalls: Calls = async (ask) => {
  const group = { applicationName: 'web', deploymentGroupName: 'web' };
  const revision = { revisionType: 'AppSpecContent', appSpecContent: { content, sha256 } };
  await ask('a new one', 'CreateApplication', { applicationName: 'web', computePlatform: 'ECS' });
  await ask('one that is there already', 'CreateApplication', {
    applicationName: 'web',
    computePlatform: 'ECS',
  });
  await ask('one', 'GetApplication', { applicationName: 'web' });
  await ask('one that is missing', 'GetApplication', { applicationName: 'gone' });
  await ask('all', 'ListApplications', {});
  const settings = {
    ...group,
    serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 5 },
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
    },
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: 'blue' }, { name: 'green' }],
          prodTrafficRoute: {
            listenerArns: ['arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/1'],
          },
        },
      ],
    },
    ecsServices: [{ clusterName: 'main', serviceName: 'codedeploy' }],
  };
  await ask('for an ECS service', 'CreateDeploymentGroup', settings);
  await ask('one that is there already', 'CreateDeploymentGroup', settings);
  await ask('of an application that is missing', 'CreateDeploymentGroup', {
    ...settings,
    applicationName: 'gone',
  });
  await ask('one', 'GetDeploymentGroup', group);
  await ask('one that is missing', 'GetDeploymentGroup', { ...group, deploymentGroupName: 'gone' });
  await ask('of an application that is missing', 'GetDeploymentGroup', { ...group, applicationName: 'gone' });
  await ask('all', 'ListDeploymentGroups', { applicationName: 'web' });
  await ask('of an application that is missing', 'ListDeploymentGroups', { applicationName: 'gone' });
  const { deploymentId } = await ask('of an AppSpec', 'CreateDeployment', {
    ...group,
    revision,
    description: 'a release',
  });
  await ask('of a group that is missing', 'CreateDeployment', {
    ...group,
    deploymentGroupName: 'gone',
    revision,
  });
  await ask('of an application that is missing', 'CreateDeployment', {
    ...group,
    applicationName: 'gone',
    revision,
  });
  await ask('one', 'GetDeployment', { deploymentId });
  await ask('one that is missing', 'GetDeployment', { deploymentId: 'd-ABCDEFGHI' });
  await ask('one', 'BatchGetDeployments', { deploymentIds: [deploymentId] });
  await ask('of a group', 'ListDeployments', group);
  await ask('of a group, those that go on', 'ListDeployments', {
    ...group,
    includeOnlyStatuses: ['Created', 'Queued', 'InProgress'],
  });
};

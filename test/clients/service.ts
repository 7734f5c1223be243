import type { LocalAws } from '@landfall/sandbox/sandbox';

/** What the clients deploy: the family `web`, with one container of the same name. */
export const taskDefinition = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  containerDefinitions: [
    { name: 'web', image: 'example/web:1', essential: true, portMappings: [{ containerPort: 8080 }] },
  ],
};

const network = { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } };
const fargate = { cluster: 'main', desiredCount: 2, launchType: 'FARGATE', networkConfiguration: network };

/** The service `web` in the cluster `main`, with two tasks of `web:1`. */
export async function createService(world: Pick<LocalAws, 'dispatch'>): Promise<void> {
  await world.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
  await world.dispatch('ecs', 'RegisterTaskDefinition', taskDefinition);
  await world.dispatch('ecs', 'CreateService', { ...fargate, serviceName: 'web', taskDefinition: 'web:1' });
}

/**
 * The service `shop` next to it, which CodeDeploy deploys, with the names that the console gives.
 */
export async function createCodeDeployService(world: Pick<LocalAws, 'dispatch'>): Promise<void> {
  await world.dispatch('ecs', 'RegisterTaskDefinition', { ...taskDefinition, family: 'shop' });
  const { TargetGroups } = (await world.dispatch('elasticloadbalancing', 'CreateTargetGroup', {
    Name: 'shop',
    TargetType: 'ip',
    Port: 8080,
    Protocol: 'HTTP',
    VpcId: 'vpc-0a1b2c3d4e5f60718',
  })) as { TargetGroups: readonly { TargetGroupArn: string }[] };
  await world.dispatch('ecs', 'CreateService', {
    ...fargate,
    serviceName: 'shop',
    taskDefinition: 'shop:1',
    deploymentController: { type: 'CODE_DEPLOY' },
    loadBalancers: [
      { targetGroupArn: TargetGroups[0]!.TargetGroupArn, containerName: 'web', containerPort: 8080 },
    ],
  });
  const applicationName = 'AppECS-main-shop';
  await world.dispatch('codedeploy', 'CreateApplication', { applicationName, computePlatform: 'ECS' });
  await world.dispatch('codedeploy', 'CreateDeploymentGroup', {
    applicationName,
    deploymentGroupName: 'DgpECS-main-shop',
    serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    ecsServices: [{ clusterName: 'main', serviceName: 'shop' }],
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 5 },
    },
  });
}

/** The application specification that `aws ecs deploy` fills in. */
export const appSpec = {
  version: 0,
  Resources: [
    {
      TargetService: {
        Type: 'AWS::ECS::Service',
        Properties: {
          TaskDefinition: '<TASK_DEFINITION>',
          LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 8080 },
        },
      },
    },
  ],
};

/** Runs a task of `web` on its own, in the group that ECS gives it. */
export const runTask = (world: Pick<LocalAws, 'dispatch'>): Promise<unknown> =>
  world.dispatch('ecs', 'RunTask', {
    cluster: 'main',
    taskDefinition: 'web',
    launchType: 'FARGATE',
    networkConfiguration: network,
  });

/** A deployment of `shop:1` by CodeDeploy. Returns its id. */
export async function deployShop(world: Pick<LocalAws, 'dispatch'>): Promise<string> {
  const content = JSON.stringify(appSpec).replace('<TASK_DEFINITION>', 'shop:1');
  const { deploymentId } = (await world.dispatch('codedeploy', 'CreateDeployment', {
    applicationName: 'AppECS-main-shop',
    deploymentGroupName: 'DgpECS-main-shop',
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
  })) as { deploymentId: string };
  return deploymentId;
}

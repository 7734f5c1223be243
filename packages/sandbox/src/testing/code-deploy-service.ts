import type { LocalAws } from '../sandbox.ts';

/** The service `web` in the cluster `main`, whose deployments are CodeDeploy's. */
export async function createCodeDeployService(aws: Pick<LocalAws, 'dispatch'>): Promise<void> {
  await aws.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
  await aws.dispatch('ecs', 'RegisterTaskDefinition', {
    family: 'web',
    containerDefinitions: [
      { name: 'web', image: 'nginx:1', memory: 64, portMappings: [{ containerPort: 80 }] },
    ],
  });
  await aws.dispatch('ecs', 'CreateService', {
    cluster: 'main',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    deploymentController: { type: 'CODE_DEPLOY' },
    loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'web', containerPort: 80 }],
  });
}

import type { Sandbox } from '@landfall/sandbox/sandbox';

const container = (name: string) => ({ name, image: 'example/app:1', memory: 128 });

const taskDefinition = {
  family: 'my-task-definition-family',
  containerDefinitions: ['web', 'app', 'my-container'].map(container),
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
};

/** What the repository of a user holds. */
export const readmeFiles: Readonly<Record<string, string>> = {
  'task-definition.json': JSON.stringify(taskDefinition),
  Dockerfile: 'FROM scratch\nCOPY task-definition.json /\n',
};

/** What the account of a user holds, by the names that the READMEs have: `my-service` is an Express service in one. */
export async function readmeAccount({ dispatch }: Sandbox, workflow: string): Promise<void> {
  for (const repositoryName of ['my-ecr-repo', 'name/app', 'user/app'])
    await dispatch('ecr', 'CreateRepository', { repositoryName });
  const value = 'only-a-sandbox';
  await dispatch('ssm', 'PutParameter', { Name: 'secret', Type: 'SecureString', Value: value });
  for (const Name of ['secretName', 'db-password'])
    await dispatch('secretsmanager', 'CreateSecret', { Name, SecretString: value });
  await dispatch('ecs', 'CreateCluster', { clusterName: 'my-cluster' });
  await dispatch('ecs', 'RegisterTaskDefinition', taskDefinition);
  if (workflow === 'amazon-ecs-deploy-express-service') return;
  await dispatch('ecs', 'CreateService', {
    cluster: 'my-cluster',
    serviceName: 'my-service',
    taskDefinition: taskDefinition.family,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-12345678'] } },
  });
}

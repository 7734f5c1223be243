/**
 * What infrastructure as code would have made in the account that AWS_ENDPOINT_URL leads to: `account` before the
 * pipeline (cluster, repository, log group, secret), `service <family>` before the first deployment. And what a
 * person would look at afterwards: `running <digest>` fails unless that image runs, and nothing else does.
 */
import { equal } from 'node:assert/strict';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

async function account() {
  await new ECSClient().send(new CreateClusterCommand({ clusterName: 'main' }));
  await new ECRClient().send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  await new CloudWatchLogsClient().send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
  await new SecretsManagerClient().send(
    new CreateSecretCommand({
      Name: 'web/production',
      SecretString: JSON.stringify({ SESSION_KEY: 'only-a-sandbox', MAIL_PASSWORD: 'only-a-sandbox' }),
    }),
  );
}

async function service(taskDefinition: string) {
  await new ECSClient().send(
    new CreateServiceCommand({
      cluster: 'main',
      serviceName: 'web',
      taskDefinition,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    }),
  );
}

async function running(digest: string) {
  const ecs = new ECSClient();
  const { taskArns: tasks } = await ecs.send(new ListTasksCommand({ cluster: 'main', serviceName: 'web' }));
  const described = await ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks }));
  const images = described.tasks?.flatMap(({ containers }) =>
    containers?.map(({ imageDigest }) => imageDigest),
  );
  equal(images?.join(), digest);
  console.log(`${digest} runs`);
}

const [what, name = ''] = process.argv.slice(2);
if (what === 'account') await account();
else if (what === 'service' && name !== '') await service(name);
else if (what === 'running' && name !== '') await running(name);
else throw new Error('node test/e2e/account.ts account | service <family> | running <digest>');

/**
 * What infrastructure as code would have made in the account that AWS_ENDPOINT_URL leads to: `account` before
 * the pipeline (cluster, log group, secret), `service <family>` before the first deployment, and with `paused
 * <service> <task definition>` a service that asks before a new version gets the traffic. And what a person
 * would check afterwards: `running <service> <digest>` fails unless that image runs in the service, and
 * nothing else does.
 */
import { deepEqual } from 'node:assert/strict';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  UpdateServiceCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

async function createAccount() {
  await new ECSClient().send(new CreateClusterCommand({ clusterName: 'main' }));
  await new CloudWatchLogsClient().send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
  await new SecretsManagerClient().send(
    new CreateSecretCommand({
      Name: 'web/production',
      SecretString: JSON.stringify({ SESSION_KEY: 'only-a-sandbox', MAIL_PASSWORD: 'only-a-sandbox' }),
    }),
  );
}

const service = {
  cluster: 'main',
  desiredCount: 1,
  launchType: 'FARGATE' as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
} satisfies Partial<CreateServiceCommandInput>;

const createService = (taskDefinition: string) =>
  new ECSClient().send(
    new CreateServiceCommand({
      ...service,
      serviceName: 'web',
      taskDefinition,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    }),
  );

async function createPausedService(serviceName: string, taskDefinition: string) {
  const ecs = new ECSClient();
  await ecs.send(new CreateServiceCommand({ ...service, serviceName, taskDefinition }));
  await waitUntilServicesStable(
    { client: ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { cluster: service.cluster, services: [serviceName] },
  );
  await ecs.send(
    new UpdateServiceCommand({
      cluster: service.cluster,
      service: serviceName,
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    }),
  );
}

async function expectRunning(serviceName: string, digest: string) {
  const ecs = new ECSClient();
  const { taskArns: tasks } = await ecs.send(new ListTasksCommand({ cluster: 'main', serviceName }));
  const described = await ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks }));
  const images = described.tasks?.flatMap(({ containers }) =>
    containers?.map(({ imageDigest }) => imageDigest),
  );
  deepEqual([...new Set(images)], [digest]);
  console.log(`${serviceName} runs ${digest} alone`);
}

const [command, ...names] = process.argv.slice(2);
switch (command) {
  case 'account':
    await createAccount();
    break;
  case 'service':
    await createService(names[0]!);
    break;
  case 'paused':
    await createPausedService(names[0]!, names[1]!);
    break;
  case 'running':
    await expectRunning(names[0]!, names[1]!);
    break;
  default:
    throw new Error(
      'node test/e2e/account.ts account | service <family> | paused <service> <task definition> | running <service> <digest>',
    );
}

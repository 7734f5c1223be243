import { createHash } from 'node:crypto';
import { createAws } from '@landfall/aws/aws';
import type { Operation } from '@landfall/core/operation/operation';
import { verifyService } from '@landfall/core/operations/verify-service';
import { type FakeWorld, fakeWorld } from '@landfall/core/testing/fake-world';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { runReported } from '@landfall/report/run-reported';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';

export const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
  });

// biome-ignore lint/suspicious/noExplicitAny: answers of many APIs, read by the test that knows them
type Dispatch = (service: string, operation: string, input: object) => Promise<any>;

export interface Account extends Fixtures {
  readonly sandbox: Sandbox;
}
/** What `goodTask` refers to. */
interface Fixtures {
  readonly secretArn: string;
  readonly targetGroupArn: string;
  readonly instanceGroupArn: string;
}

/** An account in which the task definition of `goodTask` can be deployed to the service `web`. */
export async function prepareAccount(enforce = false): Promise<Account> {
  const sandbox = await startSandbox({ enforce });
  const account = { sandbox, ...(await createFixtures(sandbox.dispatch)) };
  await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/web' });
  await sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'production' });
  await createService(account, 'web', {});
  return account;
}

/** Image, roles, secret, parameter and target groups. */
export async function createFixtures(dispatch: unknown): Promise<Fixtures> {
  const call = dispatch as Dispatch;
  await call('ecr', 'CreateRepository', { repositoryName: 'web' });
  await pushIndex(call, 'web', '1');
  for (const [name, service] of [
    ['execution', 'ecs-tasks.amazonaws.com'],
    ['task', 'ecs-tasks.amazonaws.com'],
    ['lambda', 'lambda.amazonaws.com'],
  ] as const) {
    await call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust(service) });
  }
  await call('iam', 'PutRolePolicy', {
    RoleName: 'task',
    PolicyName: 'exec',
    PolicyDocument: JSON.stringify({
      Statement: { Effect: 'Allow', Action: 'ssmmessages:*', Resource: '*' },
    }),
  });
  await call('iam', 'PutRolePolicy', {
    RoleName: 'execution',
    PolicyName: 'start',
    PolicyDocument: JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameters', 'logs:*', 'ecr:*'],
        Resource: '*',
      },
    }),
  });
  const secret = await call('secretsmanager', 'CreateSecret', {
    Name: 'production/web',
    SecretString: JSON.stringify({ DB_PASSWORD: 'correct horse', API_KEY: 'battery staple' }),
  });
  await call('ssm', 'PutParameter', { Name: '/web/mode', Value: 'production', Type: 'String' });
  const groups = [];
  for (const [Name, TargetType] of [
    ['web', 'ip'],
    ['web-instances', 'instance'],
  ]) {
    const made = await call('elasticloadbalancing', 'CreateTargetGroup', {
      Name,
      TargetType,
      Protocol: 'HTTP',
      Port: 80,
    });
    groups.push(made.TargetGroups[0].TargetGroupArn);
  }
  return { secretArn: secret.ARN, targetGroupArn: groups[0], instanceGroupArn: groups[1] };
}

/** A service made with a task definition that has nothing to check. */
export async function createService(account: Account, name: string, settings: object): Promise<void> {
  const { sandbox, targetGroupArn } = account;
  await sandbox.dispatch('ecs', 'RegisterTaskDefinition', {
    family: 'first',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'scratch', portMappings: [{ containerPort: 8080 }] }],
  });
  await sandbox.dispatch('ecs', 'CreateService', {
    cluster: 'production',
    serviceName: name,
    taskDefinition: 'first',
    desiredCount: 0,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
    loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
    ...settings,
  });
}

/** An image for linux/amd64, under an index and a tag. */
async function pushIndex(call: Dispatch, repositoryName: string, tag: string) {
  const platform = { os: 'linux', architecture: 'amd64' };
  const config = Buffer.from(JSON.stringify(platform));
  const { uploadId } = await call('ecr', 'InitiateLayerUpload', { repositoryName });
  await call('ecr', 'UploadLayerPart', {
    repositoryName,
    uploadId,
    partFirstByte: 0,
    partLastByte: config.length - 1,
    layerPartBlob: config.toString('base64'),
  });
  await call('ecr', 'CompleteLayerUpload', { repositoryName, uploadId, layerDigests: [digestOf(config)] });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: [],
  });
  await call('ecr', 'PutImage', { repositoryName, imageManifest: manifest });
  await call('ecr', 'PutImage', {
    repositoryName,
    imageTag: tag,
    imageManifest: JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: digestOf(manifest),
          size: manifest.length,
          platform,
        },
      ],
    }),
  });
}

const digestOf = (bytes: Buffer | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export const goodContainer = ({ secretArn }: Fixtures) => ({
  name: 'app',
  image: `${registry}/web:1`,
  portMappings: [{ containerPort: 8080 }],
  linuxParameters: { initProcessEnabled: true },
  secrets: [
    { name: 'DB_PASSWORD', valueFrom: `${secretArn}:DB_PASSWORD::` },
    { name: 'MODE', valueFrom: '/web/mode' },
  ],
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web' },
  },
});

export const goodTask = (account: Fixtures) => ({
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: role('execution'),
  taskRoleArn: role('task'),
  containerDefinitions: [goodContainer(account)],
});

export { role };

/**
 * `verify-service`, or an operation that verifies in addition to its own work, over HTTP and with the real
 * clients.
 */
export async function verify(
  { sandbox }: Account,
  taskDefinition: object,
  inputs: Readonly<Record<string, string>> = {},
  accessKeyId?: string,
  operation: unknown = verifyService,
) {
  const fake: FakeWorld = fakeWorld({
    inputs: {
      'task-definition': 'web.json',
      service: 'web',
      cluster: 'production',
      ...inputs,
    },
    files: { 'web.json': JSON.stringify(taskDefinition) },
  });
  const clock = virtualClock();
  const aws = await createAws({
    env: { ...sandbox.environment(accessKeyId), HOME: '/nowhere' },
    clock,
    operation: (operation as Operation).name,
    version: '0',
  });
  const result = await runReported(operation as Operation, { ...fake, aws });
  return { result, lines: fake.host.lines, host: fake.host };
}

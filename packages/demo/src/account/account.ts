import { iamPolicy, policyInputs } from '@landfall/app/commands/iam-policy';
import { nameInArn } from '@landfall/core/account/arn';
import type { Operation } from '@landfall/core/operation/operation';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { configurationOf, quickStages, rolling, type Strategy } from './strategies.ts';

/** Names of what the demo's account holds, as Terraform or CloudFormation would have made it. */
export const names = {
  cluster: 'main',
  service: 'web',
  repository: 'web',
  container: 'web',
  secret: 'web/production',
  logGroup: '/ecs/web',
  desiredCount: 2,
} as const;

export const subnets = ['subnet-0a1b2c3d4e5f60718'];
export const securityGroups = ['sg-0a1b2c3d4e5f60718'];

/** An AWS account on this machine. */
export interface Account {
  readonly region: string;
  readonly id: string;
  /** `127.0.0.1:PORT`: where the account's images are. */
  readonly registry: string;
  /** The environment of a step with an access key that may do what these operations declare, and nothing else. */
  credentials(...operations: readonly Operation[]): Readonly<Record<string, string>>;
  /** Makes the service, with the revision of the family that is the newest. */
  createService(taskDefinition: string): Promise<void>;
  /** As a change to the infrastructure would: how the deployments from now on go live. */
  setStrategy(strategy: Strategy): Promise<void>;
  /** Where the running tasks answer, each with its task definition: `web:1`. */
  running(): Promise<readonly { readonly url: string; readonly revision: string }[]>;
  close(): Promise<void>;
}

interface AccountOptions {
  /** For DOCKER_HOST, when the engine is not where Docker's own default says. */
  readonly dockerHost: string | undefined;
}

interface DescribedTask {
  readonly lastStatus: string;
  readonly taskDefinitionArn: string;
  readonly containers: readonly { readonly networkBindings?: readonly { readonly hostPort?: number }[] }[];
}

/** Starts a sandbox whose tasks are containers, and puts into it what a pipeline finds. */
export async function openAccount({ dockerHost }: AccountOptions): Promise<Account> {
  const sandbox = await startSandbox({
    region: 'eu-west-1',
    tasks: 'docker',
    enforce: true,
    timing: quickStages,
    ...(dockerHost !== undefined && { docker: { host: dockerHost } }),
  });
  const call = async <Answer>(service: string, operation: string, input: object) =>
    (await sandbox.dispatch(service, operation, input)) as Answer;

  await call('ecs', 'CreateCluster', { clusterName: names.cluster });
  await call('ecr', 'CreateRepository', { repositoryName: names.repository });
  await call('logs', 'CreateLogGroup', { logGroupName: names.logGroup });
  await call('secretsmanager', 'CreateSecret', {
    Name: names.secret,
    SecretString: JSON.stringify({ SESSION_KEY: 'only-a-sandbox', MAIL_PASSWORD: 'only-a-sandbox' }),
  });

  return {
    region: sandbox.region,
    id: sandbox.accountId,
    registry: sandbox.registry,
    credentials(...operations) {
      const known = new Map([
        ['partition', 'aws'],
        ['region', sandbox.region],
        ['account', sandbox.accountId],
        ['cluster', names.cluster],
        ['service', names.service],
        ['repository', names.repository],
        ['log-group', names.logGroup],
      ]);
      const policy = operations.map((one) => {
        const taken = policyInputs(one);
        return JSON.parse(iamPolicy(one, new Map([...known].filter(([name]) => Object.hasOwn(taken, name)))));
      });
      const name = operations.map((one) => one.name).join('+');
      return sandbox.environment(sandbox.addPrincipal({ name, policy }));
    },
    async createService(taskDefinition) {
      await call('ecs', 'CreateService', {
        cluster: names.cluster,
        serviceName: names.service,
        taskDefinition,
        desiredCount: names.desiredCount,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups } },
        deploymentConfiguration: rolling,
      });
    },
    async setStrategy(strategy) {
      await call('ecs', 'UpdateService', {
        cluster: names.cluster,
        service: names.service,
        deploymentConfiguration: configurationOf(strategy),
      });
    },
    async running() {
      const { cluster, service } = names;
      const described = await call<{ services: readonly unknown[] }>('ecs', 'DescribeServices', {
        cluster,
        services: [service],
      });
      if (described.services.length === 0) return [];
      const { taskArns } = await call<{ taskArns: readonly string[] }>('ecs', 'ListTasks', {
        cluster,
        serviceName: service,
      });
      if (taskArns.length === 0) return [];
      const { tasks } = await call<{ tasks: readonly DescribedTask[] }>('ecs', 'DescribeTasks', {
        cluster,
        tasks: taskArns,
      });
      return tasks.flatMap((task) => {
        const port = task.containers[0]?.networkBindings?.[0]?.hostPort;
        if (task.lastStatus !== 'RUNNING' || port === undefined) return [];
        const revision = nameInArn(task.taskDefinitionArn);
        return [{ url: `http://127.0.0.1:${port}/`, revision }];
      });
    },
    close: () => sandbox.close(),
  };
}

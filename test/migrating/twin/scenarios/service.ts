import { setTimeout } from 'node:timers/promises';
import type { TaskOutcome } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { type Account, taskDefinition } from '../../account.ts';

/** Of Fargate, as most are. */
export const fargate = (version: number, container: object = {}) => ({
  ...taskDefinition(version, { portMappings: [{ containerPort: 80 }], ...container }),
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
});

const rollsBack = { deploymentCircuitBreaker: { enable: true, rollback: true } };

interface ServiceOptions {
  readonly configuration?: object;
  /** What becomes of new tasks of the image. */
  readonly outcome?: TaskOutcome;
  readonly image?: string;
  /** Members of the container. */
  readonly container?: object;
  /** Whether the step comes before the first deployment is completed. */
  readonly isYoung?: boolean;
  /** Members of the service. */
  readonly more?: object;
}

/** The service `web` of `web:1`, which rolls back a deployment that fails. */
export const service =
  ({
    configuration = rollsBack,
    outcome,
    image = 'example/web:2',
    container = {},
    isYoung = false,
    more = {},
  }: ServiceOptions = {}) =>
  async ({ ask, sandbox }: Account) => {
    await ask('RegisterTaskDefinition', fargate(1, container));
    await ask('CreateService', {
      cluster: 'main',
      serviceName: 'web',
      taskDefinition: 'web:1',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60718'] } },
      deploymentConfiguration: configuration,
      ...more,
    });
    while (!isYoung && !(await isCompleted(ask))) await setTimeout(500);
    if (outcome) sandbox.ecs.setTaskRules([{ match: { image }, outcome }]);
  };

async function isCompleted(ask: Account['ask']): Promise<boolean> {
  const { services } = await ask('DescribeServices', { cluster: 'main', services: ['web'] });
  const [{ deployments, runningCount, desiredCount }] = services;
  return runningCount === desiredCount && (deployments[0]?.rolloutState ?? 'COMPLETED') === 'COMPLETED';
}

/** The same with CodeDeploy, whose application and group have the names that are taken by default. */
export const codeDeployService = async (account: Account) => {
  await service({
    configuration: {},
    isYoung: true,
    more: {
      deploymentController: { type: 'CODE_DEPLOY' },
      loadBalancers: [
        {
          targetGroupArn:
            'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/0123456789abcdef',
          containerName: 'app',
          containerPort: 80,
        },
      ],
    },
  })(account);
  const names = { applicationName: 'AppECS-main-web', deploymentGroupName: 'DgpECS-main-web' };
  await account.ask(
    'CreateApplication',
    { applicationName: names.applicationName, computePlatform: 'ECS' },
    'codedeploy',
  );
  await account.ask(
    'CreateDeploymentGroup',
    {
      ...names,
      serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
      ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
      // Without one, the official action cannot wait.
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
        terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 1 },
      },
    },
    'codedeploy',
  );
};

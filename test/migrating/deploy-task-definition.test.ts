import { deployTaskDefinition } from '@landfall/generator/migrating/rows/amazon-ecs-deploy-task-definition';
import { stringify } from 'yaml';
import { createAccount, oneStep, taskDefinition } from './account.ts';
import { proves, type Scenario } from './proofs.ts';

const files = {
  'web.json': JSON.stringify(taskDefinition(2)),
  'web.yaml': stringify(taskDefinition(2)),
  'web.js': `module.exports = ${JSON.stringify(taskDefinition(2))}`,
  'volume.json': JSON.stringify({
    ...taskDefinition(2),
    volumes: [{ name: 'data', configuredAtLaunch: true }],
  }),
  'fargate.json': JSON.stringify({
    ...taskDefinition(2),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
  }),
  'spec.json': JSON.stringify({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: '<TASK_DEFINITION>',
            LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
          },
        },
      },
    ],
    Hooks: [{ AfterInstall: 'check' }],
  }),
};

const inputs = { cluster: 'main', service: 'web', 'task-definition': 'web.json' };

const onInstances = { 'run-task': 'true', 'run-task-launch-type': 'EC2' };
const onFargate = { service: '', 'task-definition': 'fargate.json', 'run-task': 'true' };

/** What the step is given in each scenario. */
const given: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a task before': onInstances,
  'a task that fails': onInstances,
  'a task on Fargate': onFargate,
  'a task on Fargate Spot': onFargate,
  'a volume': { 'task-definition': 'volume.json' },
  'a task with a volume': { ...onInstances, service: '', 'task-definition': 'volume.json' },
  'nothing changed': { 'task-definition': 'web:1' },
};

async function scenario(name: string): Promise<Scenario> {
  const account = await createAccount();
  await account.ask('RegisterTaskDefinition', taskDefinition(1, { portMappings: [{ containerPort: 80 }] }));
  const isCodeDeploy = name === 'CodeDeploy';
  await account.ask('CreateService', {
    cluster: 'main',
    serviceName: 'web',
    taskDefinition: 'web:1',
    desiredCount: 1,
    ...(isCodeDeploy && {
      deploymentController: { type: 'CODE_DEPLOY' },
      loadBalancers: [
        {
          targetGroupArn:
            'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/0123456789abcdef',
          containerName: 'app',
          containerPort: 80,
        },
      ],
    }),
  });
  if (isCodeDeploy)
    for (const [applicationName, deploymentGroupName] of [
      ['AppECS-main-web', 'DgpECS-main-web'],
      ['deployer', 'group'],
    ]) {
      await account.ask('CreateApplication', { applicationName, computePlatform: 'ECS' }, 'codedeploy');
      await account.ask(
        'CreateDeploymentGroup',
        {
          applicationName,
          deploymentGroupName,
          serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
          ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
        },
        'codedeploy',
      );
    }
  account.settle();
  if (name === 'tasks that never start')
    account.sandbox.ecs.setTaskRules([
      { match: { image: 'example/web:2' }, outcome: { kind: 'never-starts' } },
    ]);
  if (name.startsWith('a task')) {
    const code = name === 'a task that fails' ? 3 : 0;
    account.sandbox.ecs.setTaskRules([
      { match: { group: 'family:web' }, outcome: { kind: 'exit', code, after: 2000 } },
    ]);
  }
  if (name === 'a throttled account')
    account.sandbox.fault({
      service: 'ecs',
      operation: 'DescribeServices',
      fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
    });
  return oneStep({ account, with: { ...inputs, ...given[name] }, files });
}

proves(deployTaskDefinition, scenario);

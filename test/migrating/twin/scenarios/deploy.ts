import type { TaskOutcome } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import type { Explanation, TwinScenario } from '../scenario.ts';
import { codeDeployService, fargate, service } from './service.ts';

const withSecret = {
  secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token' }],
};

const files = {
  'secret.json': JSON.stringify(fargate(1, withSecret)),
  'web.json': JSON.stringify(fargate(2)),
  'same.json': JSON.stringify(fargate(1)),
  'empty.json': JSON.stringify({ ...fargate(2, { command: [], environment: [] }), taskRoleArn: '' }),
  'volume.json': JSON.stringify({ ...fargate(2), volumes: [{ name: 'data', configuredAtLaunch: true }] }),
  'appspec.yaml': JSON.stringify({
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
  }),
};

const noForce: readonly Explanation[] = [
  {
    what: 'requests: UpdateService.forceNewDeployment: false / absent',
    why: 'The official action sends `forceNewDeployment: false`, Landfall omits it.',
    isGeneral: true,
  },
];
const noVolumes: readonly Explanation[] = [
  {
    what: 'requests: UpdateService.volumeConfigurations: []',
    why: 'The official action sends an empty list of volumes, which clears those of the service; Landfall omits it.',
    isGeneral: true,
  },
];
const updates = [...noForce, ...noVolumes];
const runsTask = [
  'overrides: {"containerOverrides":[]}',
  'tags: []',
  'volumeConfigurations: []',
  'count: absent / 1',
].map(
  (member): Explanation => ({
    what: `requests: RunTask.${member}`,
    why: 'Of a task, Landfall omits empty members, and sends the count, which is 1.',
    isGeneral: true,
  }),
);
const liveRevision: Explanation = { what: 'outputs: task-definition-arn', why: 'The revision that is live.' };
const onlyIfChanged: readonly Explanation[] = [
  ...['RegisterTaskDefinition', 'UpdateService.taskDefinition'].map((what) => ({
    what: `requests: ${what}`,
    why: 'A revision is registered only if the content changed.',
  })),
  liveRevision,
];
const marksForced = ['TagResource', 'UntagResource'].map(
  (operation): Explanation => ({
    what: `requests: ${operation}`,
    why: 'A mark on the service keeps a rerun from forcing again.',
  }),
);
/** Refused before anything is written. */
const registersNothing: readonly Explanation[] = [
  {
    what: 'outputs: task-definition-arn',
    why: 'Nothing is registered.',
  },
  {
    what: 'requests: RegisterTaskDefinition: 1 times / 0 times',
    why: 'The official action registers a revision first.',
  },
];
const greenTooEarly: readonly Explanation[] = [
  {
    what: 'end: green / red',
    why: 'the tasks fail after the official action reports `rolloutState=IN_PROGRESS` as verified.',
  },
];
const emptyValues: readonly Explanation[] = ['containerDefinitions', 'taskRoleArn'].map((member) => ({
  what: `requests: RegisterTaskDefinition.${member}`,
  why: 'Empty values are kept.',
}));

const scenario = (title: string, more: Omit<TwinScenario, 'peer' | 'title'>): TwinScenario => ({
  peer: 'amazon-ecs-deploy-task-definition',
  title,
  files,
  prepare: service(),
  differs: updates,
  ...more,
  with: { cluster: 'main', 'task-definition': 'web.json', ...more.with },
});

const waiting = { service: 'web', 'wait-for-service-stability': 'true' };
const starting = { service: 'web', 'wait-for-service-stability': 'false' };

const network = { 'run-task-subnets': 'subnet-0a1b2c3d4e5f60718' };

const badImage: TaskOutcome = { kind: 'pull-error', cause: 'not-found' };
const crash: TaskOutcome = { kind: 'exit', code: 1 };
const lateCrash: TaskOutcome = { kind: 'exit', code: 1, after: 20_000 };
const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };

export const deployScenarios: readonly TwinScenario[] = [
  scenario('A good rolling deployment', { with: waiting }),
  scenario('An image that does not exist, with a circuit breaker', {
    with: waiting,
    prepare: service({ outcome: badImage }),
  }),
  scenario('A crash at start, with a circuit breaker', {
    with: waiting,
    prepare: service({ outcome: crash }),
  }),
  scenario('A crash after 20 seconds, with a circuit breaker', {
    with: waiting,
    prepare: service({ outcome: lateCrash }),
  }),
  scenario('A crash after 20 seconds, where the old tasks stop first (0 to 100 percent)', {
    with: waiting,
    prepare: service({
      outcome: lateCrash,
      configuration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        minimumHealthyPercent: 0,
        maximumPercent: 100,
      },
    }),
    differs: [...updates, ...greenTooEarly],
  }),
  scenario('A crash after 20 seconds, right after another deployment', {
    with: waiting,
    prepare: service({ outcome: lateCrash, isYoung: true }),
    differs: [...updates, ...greenTooEarly],
  }),
  scenario('A blue/green deployment by ECS, right after another deployment', {
    with: waiting,
    prepare: service({ configuration: blueGreen, isYoung: true }),
  }),
  scenario('An image that does not exist, without a circuit breaker', {
    with: { ...waiting, 'wait-for-minutes': '3' },
    prepare: service({ configuration: {}, outcome: badImage }),
  }),
  scenario('Tasks that never start', {
    with: { ...waiting, 'wait-for-minutes': '1' },
    prepare: service({ outcome: { kind: 'never-starts' } }),
  }),
  scenario('A higher desired count', { with: { ...waiting, 'desired-count': '2' } }),
  scenario('Content that is already live', {
    with: { ...waiting, 'task-definition': 'same.json' },
    differs: [liveRevision, { what: 'requests: ', why: 'Nothing is registered or updated.' }],
  }),
  scenario('A higher desired count of content that is already live, without room for the tasks', {
    with: { ...waiting, 'task-definition': 'same.json', 'desired-count': '2', 'wait-for-minutes': '1' },
    prepare: service({ image: 'example/web:1', outcome: { kind: 'placement' } }),
    differs: [...updates, ...onlyIfChanged],
  }),
  scenario('Content that is already live, with a secret that has a new value', {
    with: { ...waiting, 'task-definition': 'secret.json' },
    prepare: async (account) => {
      const { ask } = account;
      await ask('CreateSecret', { Name: 'token', SecretString: 'first' }, 'secretsmanager');
      await service({ container: withSecret })(account);
      await ask('PutSecretValue', { SecretId: 'token', SecretString: 'second' }, 'secretsmanager');
    },
    differs: [
      ...noVolumes,
      ...onlyIfChanged,
      ...marksForced,
      {
        what: 'requests: UpdateService.forceNewDeployment: false / true',
        why: 'The deployment is forced.',
      },
    ],
  }),
  scenario('A forced deployment of content that is already live', {
    with: { ...starting, 'task-definition': 'same.json', 'force-new-deployment': 'true' },
    differs: [...noVolumes, ...onlyIfChanged, ...marksForced],
  }),
  scenario('Not waiting', { with: starting }),
  scenario('Tags: managed, and propagated from the service', {
    with: { ...starting, 'enable-ecs-managed-tags': 'true', 'propagate-tags': 'SERVICE' },
  }),
  scenario('Registering only: no service', { with: {}, differs: [] }),
  scenario('Empty values in the file', { with: { 'task-definition': 'empty.json' }, differs: emptyValues }),
  scenario('Empty values in the file, of which one is kept', {
    with: { 'task-definition': 'empty.json', 'keep-null-value-keys': 'command' },
    differs: emptyValues,
  }),
  scenario('A service that does not exist', { with: { service: 'nowhere' }, differs: registersNothing }),
  scenario('A desired count of `2x`', {
    with: { ...starting, 'desired-count': '2x' },
    differs: [
      ...registersNothing,
      { what: 'end', why: 'a count is a whole number.' },
      { what: 'requests: UpdateService', why: 'The official action sets a count of 2.' },
    ],
  }),
  scenario('A task before the update', {
    with: { ...starting, 'run-task': 'true', 'wait-for-task-stopped': 'true', ...network },
    differs: [...updates, ...runsTask],
  }),
  scenario('A task alone, with network, overrides and tags', {
    with: {
      'run-task': 'true',
      'wait-for-task-stopped': 'true',
      'run-task-subnets': 'subnet-0a1b2c3d4e5f60718,subnet-1a1b2c3d4e5f60718',
      'run-task-security-groups': 'sg-0a1b2c3d4e5f60718',
      'run-task-assign-public-IP': 'ENABLED',
      'run-task-container-overrides': '[{ "name": "app", "command": ["migrate"] }]',
      'run-task-tags': '[{ "key": "project", "value": "web" }]',
      'run-task-started-by': 'deploy',
    },
    differs: runsTask.slice(2),
  }),
  scenario('A task that fails', {
    with: { 'run-task': 'true', 'wait-for-task-stopped': 'true', ...network },
    prepare: service({ outcome: { kind: 'exit', code: 3 } }),
    differs: runsTask,
  }),
  scenario('A task with a capacity provider', {
    with: {
      'run-task': 'true',
      'run-task-launch-type': '',
      ...network,
      'run-task-capacity-provider-strategy': '[{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }]',
    },
    differs: runsTask,
  }),
  scenario('An EBS volume for the service', {
    with: {
      ...starting,
      'task-definition': 'volume.json',
      'service-managed-ebs-volume-name': 'data',
      'service-managed-ebs-volume':
        '{ "sizeInGiB": 30, "volumeType": "gp3", "roleArn": "arn:aws:iam::123456789012:role/ebs" }',
    },
    differs: noForce,
  }),
  scenario('CodeDeploy', {
    with: waiting,
    prepare: codeDeployService,
    differs: [
      { what: 'requests: CreateDeployment.description: absent', why: 'The deployment is described.' },
    ],
  }),
  scenario('CodeDeploy, an application that does not exist', {
    with: { ...waiting, 'codedeploy-application': 'nowhere' },
    prepare: codeDeployService,
    differs: registersNothing,
  }),
];

import type { RegisterTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import type { OperationName } from '@landfall/core/operations/index';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { registerScaling } from '../rollouts/scenario/auto-scaling.ts';
import { ByTaskSets } from '../rollouts/scenario/by-task-sets.ts';
import {
  balanced,
  CodeDeployed,
  readyWait,
  rollsBack,
  terminationWait,
} from '../rollouts/scenario/code-deployed.ts';
import { pushImage } from '../rollouts/scenario/push-image.ts';
import { Scenario, type ScenarioOptions, taskDefinitionOf } from '../rollouts/scenario/scenario.ts';
import { createFixtures, goodTask, registry } from '../verification/account.ts';
import type { Begin, PermissionCase } from './least-privilege.ts';

const external = { deploymentController: { type: 'EXTERNAL' as const } };
const tags = [{ key: 'team', value: 'web' }];

/** Version 2 with roles and tags. */
const tagged = JSON.stringify({
  ...taskDefinitionOf('web', 2),
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  tags,
});
const inEcr = tagged.replace('example/web:2', `${registry}/web:2`);
const byDigest = tagged.replace('example/web:2', `example/web@sha256:${'a'.repeat(64)}`);
const file = { 'task-definition': 'tagged.json' };
const files = { 'tagged.json': tagged };
const serviceFile = (definition: object) => ({ 'service.json': JSON.stringify(definition) });
const manifest = { manifest: 'landfall.yml' };
const servicesYamlFiles = {
  's.yml': `services: { web: { cluster: main, desiredCount: 1, taskDefinitionTemplate: web } }
taskDefinitionTemplates: { web: '${tagged}' }
`,
  'e.yml': 'environment: dev',
};
const manifestFiles = {
  ...files,
  'landfall.yml': `landfall: 1
name: shop
services: { web: { taskDefinition: tagged.json } }
environments: { main: }
`,
};

const ecs =
  (options: ScenarioOptions = {}) =>
  async () =>
    Scenario.create(options);
const byCodeDeploy =
  (group: object = rollsBack, more: ScenarioOptions = {}) =>
  async () => {
    const scenario = await Scenario.create({ services: { web: balanced }, ...more });
    await new CodeDeployed(scenario).group(group);
    return scenario;
  };
const byTaskSets = async () => {
  const scenario = await Scenario.create({ services: { web: external } });
  await new ByTaskSets(scenario).makeLive();
  return scenario;
};
const key = '1234abcd-12ab-34cd-56ef-1234567890ab';

/** An account with all that a task definition may refer to; `good.json` refers to it. */
const furnished = async () => {
  const scenario = await Scenario.create({ services: {} });
  const { dispatch } = scenario.sandbox;
  const furniture = await createFixtures(dispatch);
  await dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/web' });
  await dispatch('s3', 'CreateBucket', { Bucket: 'settings' });
  await dispatch('s3', 'PutObject', {
    Bucket: 'settings',
    Key: 'web.env',
    Body: Buffer.from('A=1').toString('base64'),
  });
  const { containerDefinitions, ...rest } = goodTask(furniture);
  const { secrets: some, ...container } = containerDefinitions[0]!;
  const locked = (await dispatch('secretsmanager', 'CreateSecret', {
    Name: 'locked',
    SecretString: '{"A":"1"}',
    KmsKeyId: key,
  })) as { ARN: string };
  await dispatch('secretsmanager', 'PutSecretValue', { SecretId: 'locked', SecretString: '{"A":"2"}' });
  const secrets = [
    ...some,
    { name: 'A', valueFrom: `${locked.ARN}:A::` },
    { name: 'WHOLE', valueFrom: locked.ARN },
    { name: 'BEFORE', valueFrom: `${locked.ARN}::AWSPREVIOUS:` },
  ];
  const environmentFiles = [{ type: 's3', value: 'arn:aws:s3:::settings/web.env' }];
  const task = { ...rest, tags, containerDefinitions: [{ ...container, secrets, environmentFiles }] };
  await dispatch('ecs', 'RegisterTaskDefinition', { ...rest, containerDefinitions: [container] });
  await dispatch('ecs', 'CreateService', {
    cluster: 'main',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
    loadBalancers: [{ targetGroupArn: furniture.targetGroupArn, containerName: 'app', containerPort: 8080 }],
  });
  await scenario.clock.sleep(600_000);
  goods.set(scenario, { 'good.json': JSON.stringify(task) });
  return scenario;
};
const goods = new WeakMap<Scenario, Readonly<Record<string, string>>>();
const good = { 'task-definition': 'good.json' };

const cancelled = async (
  begin: Begin,
  scenario: Scenario,
  inputs: Readonly<Record<string, string>>,
  more: object = {},
) => {
  const run = begin({ 'on-cancel': 'stop', ...inputs }, more);
  scenario.at(20_000, () => run.host.cancel());
  return run.done;
};
/** Tasks of version 2 that the load balancer finds ill. */
const ill = {
  services: { web: { loadBalancers: balanced.loadBalancers } },
  taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'elb-unhealthy' as const, after: 2000 } }],
};
/** The deployment of `good.json` a while ago, so that what it refers to may have changed since. */
const deployed = async () => {
  const scenario = await furnished();
  await scenario.deploy(good, goods.get(scenario)!);
  await scenario.clock.sleep(600_000);
  await scenario.sandbox.dispatch('secretsmanager', 'PutSecretValue', {
    SecretId: 'locked',
    SecretString: '{"A":"3"}',
  });
  return scenario;
};
/** Version 3 is live, and version 2 was before. */
const rolledForward =
  (services: NonNullable<ScenarioOptions['services']> = { web: {} }) =>
  async () => {
    const scenario = await Scenario.create({ services });
    await scenario.deploy(file, files);
    await scenario.deploy({ 'task-definition': 'v3.json' });
    return scenario;
  };
/** Someone has deployed version 2. */
const begun =
  (options: ScenarioOptions = {}) =>
  async () => {
    const scenario = await Scenario.create(options);
    await startedBySomebody(scenario);
    return scenario;
  };
const crashing = { match: { image: 'web:2' }, outcome: { kind: 'exit' as const, code: 3, after: 2000 } };
const oneOff = { match: { group: 'family:web' }, outcome: { kind: 'exit' as const, code: 0, after: 5000 } };
/** With a volume that is configured at launch. */
const withVolume = JSON.stringify({
  ...JSON.parse(tagged),
  volumes: [{ name: 'data', configuredAtLaunch: true }],
});
const volume = JSON.stringify({ roleArn: 'arn:aws:iam::123456789012:role/volumes', sizeInGiB: 10 });
const volumeFile = { 'task-definition': 'volume.json' };
const volumeFiles = { 'volume.json': withVolume };
/** A task before the update, on container instances. */
const taskBefore = { 'run-task': 'true', 'run-task-launch-type': 'EC2' };
const startedBySomebody = async (scenario: Scenario) => {
  const taskDefinition = await scenario.register('web', 2);
  await scenario.sandbox.dispatch('ecs', 'UpdateService', {
    cluster: 'main',
    service: 'web',
    taskDefinition,
  });
};
const paused = {
  services: {
    web: {
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN' as const,
        bakeTimeInMinutes: 1,
        lifecycleHooks: [{ targetType: 'PAUSE' as const, lifecycleStages: ['PRE_SCALE_UP' as const] }],
      },
    },
  },
} as unknown as ScenarioOptions;

const live = async () => {
  const scenario = await Scenario.create();
  await scenario.deploy();
  await scenario.clock.sleep(60_000);
  return scenario;
};
const pausedByHook =
  (options: ScenarioOptions = paused) =>
  async () => {
    const scenario = await begun(options)();
    await scenario.clock.sleep(300_000);
    return scenario;
  };

/** What deploy-express-service takes instead of a service and a task definition. */
const express = { service: '', 'service-name': 'web', image: 'example/web:2' };
const roles = {
  'execution-role-arn': 'arn:aws:iam::123456789012:role/execution',
  'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/infrastructure',
};
const withSecrets = {
  ...express,
  image: `${registry}/web:2`,
  secrets:
    'A=arn:aws:ssm:us-east-1:123456789012:parameter/web/mode\nB=arn:aws:secretsmanager:us-east-1:123456789012:secret:web',
};
/** What ensure-repository takes instead of a service, in a cluster. */
const repository = {
  service: '',
  cluster: '',
  repository: 'web',
  'image-tag-mutability': 'IMMUTABLE',
  'scan-on-push': 'true',
  'keep-last': '50',
  'allow-pull': '210987654321',
  'resource-tags': 'team=web',
};

/** What a deployment and its plan check besides the service. */
const lookedAt: readonly PermissionCase[] = [
  {
    name: 'everything there is to verify',
    create: furnished,
    run: (begin, scenario) => begin({ ...good, verify: 'true' }, { files: goods.get(scenario)! }).done,
  },
  {
    name: 'everything that can change outside',
    create: deployed,
    run: (begin, scenario) => begin(good, { files: goods.get(scenario)! }).done,
  },
];

/** Version 2 crashed, and ECS has made version 1 live again. */
const rolledBack = async () => {
  const scenario = await Scenario.create({
    services: {
      web: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
    },
    taskRules: [crashing],
  });
  await scenario.deploy();
  return scenario;
};

/** The service `web`, deployed by a manifest instead of the inputs of deploy-service. */
const byManifest = (
  begin: Begin,
  inputs: Readonly<Record<string, string>>,
  more: Parameters<Begin>[1] = {},
  service: object = {},
  rest: object = {},
) => {
  const { 'task-definition': taskDefinition, ...others } = inputs;
  const web = { taskDefinition, serviceName: 'web', cluster: 'main', ...service };
  const text = { landfall: 1, name: 'shop', services: { web }, environments: { dev: {} }, ...rest };
  return begin(
    { service: '', cluster: '', environment: 'dev', ...others },
    { ...more, files: { ...more.files, 'landfall.yml': JSON.stringify(text) } },
  );
};
const migration = {
  tasks: { migrate: { taskDefinition: 'tagged.json', cluster: 'main', task: { tags } } },
};
const pruned = {
  services: { web: {}, old: { desiredCount: 0, tags: [{ key: 'landfall:manifest', value: 'shop/dev' }] } },
};
const scheduled = {
  schedules: {
    nightly: {
      taskDefinition: 'tagged.json',
      cluster: 'main',
      at: 'rate(1 day)',
      role: 'arn:aws:iam::123456789012:role/scheduler',
      deadLetter: 'none',
    },
  },
};
const scheduleGroup = 'landfall-shop-dev';
/** The group of the environment, with a schedule that is to be updated and one that is to be pruned. */
const withSchedules =
  (outcome: TaskRule['outcome'] = oneOff.outcome) =>
  async () => {
    const scenario = await Scenario.create({ ...pruned, taskRules: [{ ...oneOff, outcome }] });
    const { sandbox } = scenario;
    const { taskDefinition } = (await sandbox.dispatch(
      'ecs',
      'RegisterTaskDefinition',
      JSON.parse(tagged),
    )) as RegisterTaskDefinitionResponse;
    await sandbox.dispatch('scheduler', 'CreateScheduleGroup', {
      Name: scheduleGroup,
      Tags: [{ Key: 'landfall:manifest', Value: 'shop/dev' }],
    });
    for (const Name of ['nightly', 'old'])
      await sandbox.dispatch('scheduler', 'CreateSchedule', {
        Name,
        GroupName: scheduleGroup,
        ScheduleExpression: 'rate(2 days)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
          RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
          EcsParameters: {
            TaskDefinitionArn: taskDefinition?.taskDefinitionArn,
            Tags: [{ key: 'team', value: 'web' }],
          },
        },
      });
    return scenario;
  };
const nightlyTask =
  (begin: Begin): Begin =>
  (inputs = {}, options = {}) =>
    begin(
      {
        service: '',
        cluster: '',
        'task-definition': '',
        schedule: 'nightly',
        'schedule-group': scheduleGroup,
        ...inputs,
      },
      options,
    );
const withTask = [{ before: { run: 'migrate' } }, migration] as const;
const ofManifest =
  (begin: Begin, ...more: readonly [service?: object, rest?: object]): Begin =>
  (inputs = {}, options = {}) =>
    byManifest(begin, inputs, options, ...more);

/** With Application Auto Scaling. */
const scaled =
  (options: ScenarioOptions = {}, name = 'web') =>
  async () => {
    const scenario = await Scenario.create(options);
    await registerScaling(scenario, name, { MinCapacity: 0 });
    return scenario;
  };
const suspending = { 'suspend-scaling': 'true' };
/** By a run that was killed. */
const leftSuspended = (create: () => Promise<Scenario>) => async () => {
  const scenario = await create();
  await registerScaling(scenario);
  await scenario.killed({ call: 'updateService', when: 'before' }, suspending);
  return scenario;
};

export const cases: Partial<Record<OperationName, readonly PermissionCase[]>> = {
  'deploy-manifest': [
    {
      name: 'what is live',
      create: live,
      run: (begin) => byManifest(begin, { 'task-definition': 'v2.json' }).done,
    },
    { name: 'one that is ill', create: ecs(ill), run: (begin) => byManifest(begin, file, { files }).done },
    {
      name: 'an image by digest',
      create: ecs(),
      run: (begin) =>
        byManifest(begin, { 'task-definition': 'digest.json' }, { files: { 'digest.json': byDigest } }).done,
    },
    {
      name: 'one that crashes',
      create: ecs({ taskRules: [crashing] }),
      run: (begin) => byManifest(begin, file, { files }).done,
    },
    {
      name: 'a stop',
      create: ecs(),
      run: (begin, scenario) => cancelled(ofManifest(begin), scenario, file, { files }),
    },
    { name: 'CodeDeploy', create: byCodeDeploy(), run: (begin) => byManifest(begin, file, { files }).done },
    {
      name: 'CodeDeploy, stopped',
      create: byCodeDeploy(),
      run: (begin, scenario) => cancelled(ofManifest(begin), scenario, file, { files }),
    },
    { name: 'task sets', create: byTaskSets, run: (begin) => byManifest(begin, file, { files }).done },
    {
      name: 'everything that can change outside',
      create: deployed,
      run: (begin, scenario) => byManifest(begin, good, { files: goods.get(scenario)! }).done,
    },
    {
      name: 'one that does not exist, with tags',
      create: ecs({ services: {} }),
      run: (begin) => ofManifest(begin, { desiredCount: 1, service: { tags } })(file, { files }).done,
    },
    {
      name: 'other tags and settings, with an EBS volume',
      create: ecs({ services: { web: { tags: [{ key: 'old', value: '1' }] } } }),
      run: (begin) =>
        ofManifest(begin, {
          service: {
            tags,
            monitoring: {},
            volumeConfigurations: [{ name: 'data', managedEBSVolume: JSON.parse(volume) }],
          },
        })(volumeFile, { files: volumeFiles }).done,
    },
    {
      name: 'one that is adopted',
      create: ecs(),
      run: (begin) => byManifest(begin, { ...file, adopt: 'true' }, { files }).done,
    },
    {
      name: 'what is scaled',
      create: scaled(),
      run: (begin) => byManifest(begin, { ...file, ...suspending }, { files }).done,
    },
    {
      name: 'a service that is pruned',
      create: scaled(pruned, 'old'),
      run: (begin) => byManifest(begin, { ...file, prune: 'true' }, { files }).done,
    },
    {
      name: 'a schedule that does not exist',
      create: ecs(),
      run: (begin) => ofManifest(begin, {}, scheduled)(file, { files }).done,
    },
    {
      name: 'schedules that are updated and pruned',
      create: withSchedules(),
      run: (begin) => ofManifest(begin, {}, scheduled)({ ...file, prune: 'true' }, { files }).done,
    },
    {
      name: 'an environment that another run has locked',
      async create() {
        const scenario = await Scenario.create();
        await scenario.sandbox.dispatch('ecs', 'TagResource', {
          resourceArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
          tags: [{ key: 'landfall:lock:shop/dev:another:1', value: 'unknown' }],
        });
        return scenario;
      },
      run: (begin) => byManifest(begin, { ...file, 'lock-timeout': '1m' }, { files }).done,
    },
    {
      name: 'one that is stopped first',
      create: ecs(),
      run: (begin) => byManifest(begin, file, { files }, { stopBeforeDeploy: true }).done,
    },
    {
      name: 'after a task with tags',
      create: ecs({ taskRules: [oneOff] }),
      run: (begin) => ofManifest(begin, ...withTask)(file, { files }).done,
    },
    {
      name: 'a stop of the task before',
      create: ecs({ taskRules: [{ ...oneOff, outcome: { kind: 'run' } }] }),
      run: (begin, scenario) => cancelled(ofManifest(begin, ...withTask), scenario, file, { files }),
    },
  ],
  'plan-manifest': [
    {
      name: 'schedules',
      create: withSchedules(),
      run: (begin) => ofManifest(begin, {}, scheduled)({ ...file, prune: 'true' }, { files }).done,
    },
    {
      name: 'a service that would be pruned',
      create: ecs(pruned),
      run: (begin) => byManifest(begin, { ...file, prune: 'true' }, { files }).done,
    },
    {
      name: 'what is live',
      create: live,
      run: (begin) => byManifest(begin, { 'task-definition': 'v2.json' }).done,
    },
    {
      name: 'what is live by a rollback',
      create: rolledBack,
      run: (begin) => byManifest(begin, { 'task-definition': 'v1.json' }).done,
    },
    { name: 'a new version', create: ecs(), run: (begin) => byManifest(begin, file, { files }).done },
    {
      name: 'CodeDeploy',
      async create() {
        const scenario = await byCodeDeploy()();
        await scenario.deploy();
        return scenario;
      },
      run: (begin) => byManifest(begin, { 'task-definition': 'v3.json' }).done,
    },
    {
      name: 'everything that can change outside',
      create: deployed,
      run: (begin, scenario) => byManifest(begin, good, { files: goods.get(scenario)! }).done,
    },
  ],
  'deploy-service': [
    {
      name: 'what is scaled',
      create: scaled(),
      run: (begin) => begin({ ...file, ...suspending }, { files }).done,
    },
    { name: 'what is live', create: live, run: (begin) => begin({ 'task-definition': 'v2.json' }).done },
    { name: 'one that is ill', create: ecs(ill), run: (begin) => begin(file, { files }).done },
    {
      name: 'an image by digest',
      create: ecs(),
      run: (begin) =>
        begin({ 'task-definition': 'digest.json' }, { files: { 'digest.json': byDigest } }).done,
    },
    { name: 'a new version', create: ecs(), run: (begin) => begin(file, { files }).done },
    {
      name: 'one that crashes',
      create: ecs({ taskRules: [crashing] }),
      run: (begin) => begin(file, { files }).done,
    },
    { name: 'a stop', create: ecs(), run: (begin, scenario) => cancelled(begin, scenario, file, { files }) },
    {
      name: 'the same version, forced',
      create: ecs(),
      run: (begin) => begin({ 'task-definition': 'v1.json', 'force-new-deployment': 'true' }).done,
    },
    { name: 'CodeDeploy', create: byCodeDeploy(), run: (begin) => begin(file, { files }).done },
    {
      name: 'CodeDeploy, stopped',
      create: byCodeDeploy(),
      run: (begin, scenario) => cancelled(begin, scenario, file, { files }),
    },
    { name: 'task sets', create: byTaskSets, run: (begin) => begin(file, { files }).done },
    {
      name: 'after a task with tags, with an EBS volume for each',
      create: ecs({ taskRules: [oneOff] }),
      run: (begin) =>
        begin(
          {
            ...volumeFile,
            ...taskBefore,
            'wait-for-task-stopped': 'true',
            'run-task-tags': JSON.stringify(tags),
            'run-task-managed-ebs-volume-name': 'data',
            'run-task-managed-ebs-volume': volume,
            'service-managed-ebs-volume-name': 'data',
            'service-managed-ebs-volume': volume,
          },
          { files: volumeFiles },
        ).done,
    },
    {
      name: 'a stop of the task before',
      create: ecs({ taskRules: [{ ...oneOff, outcome: { kind: 'run' } }] }),
      run: (begin, scenario) =>
        cancelled(begin, scenario, { ...file, ...taskBefore, 'wait-for-task-stopped': 'true' }, { files }),
    },
    {
      name: 'a new service with tags, by its definition',
      create: ecs({ services: {} }),
      run: (begin) =>
        begin(
          { ...file, create: 'true', 'service-definition': 'service.json' },
          { files: { ...files, ...serviceFile({ desiredCount: 1, tags }) } },
        ).done,
    },
    {
      name: 'other tags and settings, by its definition',
      create: ecs({ services: { web: { tags: [{ key: 'old', value: '1' }] } } }),
      run: (begin) =>
        begin(
          { ...file, 'service-definition': 'service.json' },
          { files: { ...files, ...serviceFile({ tags, monitoring: {} }) } },
        ).done,
    },
    ...lookedAt,
  ],
  'register-task-definition': [
    {
      name: 'a file with tags and a role',
      create: ecs(),
      run: (begin) => begin({ ...file, service: '', cluster: '' }, { files }).done,
    },
  ],
  'deploy-express-service': [
    {
      name: 'a new service with tags, and its cluster',
      create: ecs({ services: {} }),
      run: (begin) => begin({ ...express, ...roles, cluster: 'default', tags: 'team=web' }).done,
    },
    { name: 'a new version', create: ecs({ express: { web: {} } }), run: (begin) => begin(express).done },
    {
      name: 'other tags',
      create: ecs({ express: { web: { tags: [{ key: 'old', value: '1' }] } } }),
      run: (begin) => begin({ ...express, tags: 'team=web', 'mutate-tags-on-update': 'true' }).done,
    },
    {
      name: 'one that crashes',
      create: ecs({ express: { web: {} }, taskRules: [crashing] }),
      run: (begin) => begin(express).done,
    },
    {
      name: 'a stop',
      create: ecs({ express: { web: {} } }),
      run: (begin, scenario) => cancelled(begin, scenario, express),
    },
    {
      name: 'what is live',
      create: ecs({ express: { web: {} } }),
      run: (begin) => begin({ ...express, image: 'example/web:1' }).done,
    },
    {
      name: 'one that is ill',
      create: ecs({ express: { web: {} }, taskRules: ill.taskRules }),
      run: (begin) => begin(express).done,
    },
    {
      name: 'what is live, with secrets that were changed',
      async create() {
        const scenario = await Scenario.create({ services: {} });
        const { dispatch } = scenario.sandbox;
        await dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
        await pushImage(scenario.sandbox, '2', 'one');
        await dispatch('secretsmanager', 'CreateSecret', { Name: 'web', SecretString: '1' });
        await dispatch('ssm', 'PutParameter', { Name: '/web/mode', Value: '1', Type: 'String' });
        const operation = deployExpressService;
        await scenario.begin({ ...withSecrets, ...roles, 'task-definition': '' }, { operation }).done;
        await scenario.clock.sleep(600_000);
        await dispatch('secretsmanager', 'PutSecretValue', { SecretId: 'web', SecretString: '2' });
        return scenario;
      },
      run: (begin) => begin({ ...withSecrets, ...roles }).done,
    },
  ],
  'ensure-repository': [
    {
      name: 'one that is missing, under a key of one’s own',
      create: ecs({ services: {} }),
      run: (begin) => begin({ ...repository, 'encryption-type': 'KMS', 'kms-key': key }).done,
    },
    {
      name: 'one that is missing, by a creation template',
      async create() {
        const scenario = await Scenario.create({ services: {} });
        await scenario.sandbox.dispatch('ecr', 'CreateRepositoryCreationTemplate', {
          prefix: 'ROOT',
          appliedFor: ['CREATE_ON_PUSH'],
          repositoryPolicy: '{"Version":"2012-10-17","Statement":[]}',
        });
        return scenario;
      },
      run: (begin) => begin({ service: '', cluster: '', repository: 'web' }).done,
    },
    {
      name: 'one that is there',
      async create() {
        const scenario = await Scenario.create({ services: {} });
        await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
        return scenario;
      },
      run: (begin) => begin(repository).done,
    },
  ],
  'wait-for-service': [
    { name: 'one that is ill', create: begun(ill), run: (begin) => begin().done },
    {
      name: 'one that is named, and over',
      async create() {
        const scenario = await Scenario.create();
        await scenario.deploy();
        await scenario.deploy({ 'task-definition': 'v3.json' });
        return scenario;
      },
      run: (begin) => begin({ 'task-definition': 'web:2' }).done,
    },
    {
      name: 'a deployment of somebody',
      create: begun(),
      run: (begin) => begin().done,
    },
    {
      name: 'one that crashes',
      create: begun({ taskRules: [crashing] }),
      run: (begin) => begin().done,
    },
    {
      name: 'a stop',
      create: begun(),
      run: (begin, scenario) => cancelled(begin, scenario, {}),
    },
    {
      name: 'CodeDeploy, stopped',
      async create() {
        const scenario = await byCodeDeploy()();
        await scenario.deploy({ 'wait-until': 'started' });
        return scenario;
      },
      run: (begin, scenario) => cancelled(begin, scenario, {}),
    },
    {
      name: 'task sets, stopped',
      async create() {
        const scenario = await byTaskSets();
        await scenario.deploy();
        await new ByTaskSets(scenario).make(3);
        return scenario;
      },
      async run(begin, scenario) {
        const made = (await new ByTaskSets(scenario).taskSets()).find(({ status }) => status === 'ACTIVE');
        return cancelled(begin, scenario, { 'deployment-id': made!.id! });
      },
    },
  ],
  'rollback-service': [
    {
      name: 'what was left suspended',
      create: leftSuspended(rolledForward()),
      run: (begin) => begin({ 'wait-timeout': '10m' }).done,
    },
    {
      name: 'one that is ill',
      create: rolledForward(ill.services),
      run: (begin, scenario) => {
        scenario.sandbox.ecs.setTaskRules([
          { match: { image: 'web:2' }, outcome: { kind: 'elb-unhealthy', after: 2000 } },
        ]);
        return begin({ 'wait-timeout': '10m' }).done;
      },
    },
    {
      name: 'to an image whose tag was moved',
      async create() {
        const scenario = await Scenario.create();
        await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
        await pushImage(scenario.sandbox, '2', 'one');
        await scenario.deploy({ 'task-definition': 'ecr.json' }, { 'ecr.json': inEcr });
        await scenario.deploy({ 'task-definition': 'v3.json' });
        await pushImage(scenario.sandbox, '2', 'two');
        return scenario;
      },
      run: (begin) => begin().done,
    },
    {
      name: 'to a crash',
      create: rolledForward(),
      run: (begin, scenario) => {
        scenario.sandbox.ecs.setTaskRules([crashing]);
        return begin({ 'wait-timeout': '10m' }).done;
      },
    },
    {
      name: 'a deployment under way',
      create: begun(),
      run: (begin) => begin().done,
    },
    {
      name: 'to what was live before',
      async create() {
        const scenario = await Scenario.create();
        await scenario.deploy(file, files);
        await scenario.deploy({ 'task-definition': 'v3.json' });
        return scenario;
      },
      run: (begin) => begin().done,
    },
    {
      name: 'to an EBS volume',
      async create() {
        const scenario = await Scenario.create();
        await scenario.deploy(
          {
            ...volumeFile,
            'service-managed-ebs-volume-name': 'data',
            'service-managed-ebs-volume': volume,
          },
          volumeFiles,
        );
        await scenario.deploy({ 'task-definition': 'v3.json' });
        return scenario;
      },
      run: (begin) => begin().done,
    },
    {
      name: 'CodeDeploy, under way',
      async create() {
        const scenario = await byCodeDeploy(terminationWait(60))();
        await scenario.deploy({ 'wait-until': 'traffic-shifted' });
        return scenario;
      },
      run: (begin) => begin().done,
    },
    {
      name: 'CodeDeploy, to what was live before',
      async create() {
        const scenario = await byCodeDeploy()();
        await scenario.deploy();
        await scenario.deploy({ 'task-definition': 'v3.json' });
        return scenario;
      },
      run: (begin) => begin().done,
    },
    {
      name: 'task sets',
      async create() {
        const scenario = await byTaskSets();
        await scenario.deploy();
        return scenario;
      },
      run: (begin) => begin().done,
    },
  ],
  'continue-deployment': [
    {
      name: 'a pause hook, before an image by digest',
      async create() {
        const scenario = await Scenario.create(paused);
        const { dispatch } = scenario.sandbox;
        await dispatch('ecs', 'RegisterTaskDefinition', JSON.parse(byDigest));
        await dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', taskDefinition: 'web:2' });
        await scenario.clock.sleep(300_000);
        return scenario;
      },
      run: (begin) => begin().done,
    },
    {
      name: 'a pause hook, then tasks that are ill',
      create: pausedByHook({ ...ill, services: { web: { ...paused.services!.web, ...ill.services.web } } }),
      run: (begin) => begin({ 'wait-timeout': '20m' }).done,
    },
    {
      name: 'a pause hook, then a stop',
      create: pausedByHook(),
      run: (begin, scenario) => cancelled(begin, scenario, {}),
    },
    {
      name: 'a pause hook, then a crash',
      create: pausedByHook(),
      run: (begin, scenario) => {
        scenario.sandbox.ecs.setTaskRules([crashing]);
        return begin({ 'wait-timeout': '10m' }).done;
      },
    },
    {
      name: 'a pause hook',
      create: pausedByHook(),
      run: (begin) => begin().done,
    },
    ...(['continue', 'rollback'] as const).map((action) => ({
      name: `CodeDeploy, ${action}`,
      async create() {
        const scenario = await byCodeDeploy(readyWait)();
        await scenario.deploy();
        return scenario;
      },
      run: (begin: Begin) => begin({ action }).done,
    })),
  ],
  'delete-service': [
    {
      name: 'one with tasks, that is scaled',
      create: scaled(),
      run: (begin) => begin().done,
    },
  ],
  'destroy-environment': [
    {
      name: 'one with schedules',
      create: withSchedules(),
      run: (begin) => byManifest(begin, { ...file, confirm: 'dev' }, { files }).done,
    },
    {
      name: 'one with tasks, that is scaled',
      create: scaled({ services: { web: { tags: pruned.services.old.tags } } }),
      run: (begin) => byManifest(begin, { ...file, confirm: 'dev' }, { files }).done,
    },
  ],
  'deregister-task-definitions': [
    {
      name: 'what is older and used nowhere, where the first response is lost',
      async create() {
        const scenario = await Scenario.create();
        for (let version = 2; version <= 4; version += 1) await scenario.register('web', version);
        const { dispatch } = scenario.sandbox;
        await dispatch('ecs', 'CreateCluster', { clusterName: 'other' });
        await dispatch('ecs', 'CreateService', {
          cluster: 'other',
          serviceName: 'api',
          taskDefinition: 'web:2',
          desiredCount: 1,
        });
        await scenario.clock.sleep(120_000);
        scenario.sandbox.fault({
          operation: 'DeregisterTaskDefinition',
          count: 1,
          fault: { kind: 'reset', effect: 'applied' },
        });
        return scenario;
      },
      run: (begin) => begin({ service: '', cluster: '', family: 'web', keep: '1' }).done,
    },
  ],
  'scale-service': [
    {
      name: 'tasks that do not start',
      create: ecs({ services: ill.services }),
      run: (begin, scenario) => {
        scenario.sandbox.ecs.setTaskRules([{ match: { image: 'web:1' }, outcome: { kind: 'pull-error' } }]);
        return begin({ 'desired-count': '4', 'wait-timeout': '5m' }).done;
      },
    },
    { name: 'task sets', create: byTaskSets, run: (begin) => begin({ 'desired-count': '3' }).done },
    { name: 'more tasks', create: ecs(), run: (begin) => begin({ 'desired-count': '3' }).done },
    {
      name: 'no tasks of what is scaled',
      create: scaled(),
      run: (begin) => begin({ 'desired-count': '0' }).done,
    },
    {
      name: 'more tasks of what was left suspended',
      create: leftSuspended(ecs()),
      run: (begin) => begin({ 'desired-count': '3' }).done,
    },
    {
      name: 'an Express service',
      create: ecs({ express: { web: {} } }),
      run: (begin) => begin({ 'desired-count': '2' }).done,
    },
  ],
  'plan-service': [
    { name: 'what is live', create: live, run: (begin) => begin({ 'task-definition': 'v2.json' }).done },
    {
      name: 'what is live by a rollback',
      create: rolledBack,
      run: (begin) => begin({ 'task-definition': 'v1.json' }).done,
    },
    { name: 'a new version', create: ecs(), run: (begin) => begin(file, { files }).done },
    {
      name: 'CodeDeploy',
      async create() {
        const scenario = await byCodeDeploy()();
        await scenario.deploy();
        return scenario;
      },
      run: (begin) => begin({ 'task-definition': 'v3.json' }).done,
    },
    ...lookedAt,
  ],
  'verify-service': [
    {
      name: 'everything there is',
      create: furnished,
      run: (begin, scenario) => begin(good, { files: goods.get(scenario)! }).done,
    },
    {
      name: 'a registered task definition',
      create: byCodeDeploy(),
      run: (begin) => begin({ 'task-definition': 'web:1' }).done,
    },
  ],
  'run-scheduled-task': [
    {
      name: 'a task with tags',
      create: withSchedules(),
      run: (begin) => nightlyTask(begin)().done,
    },
    {
      name: 'the task of an earlier attempt',
      create: withSchedules({ ...oneOff.outcome, after: 60_000 }),
      run: async (begin) => {
        const run = { id: '1', origin: '1' };
        await nightlyTask(begin)({ 'wait-timeout': '30s' }, { run }).done;
        return nightlyTask(begin)({}, { run: { ...run, attempt: 2 } }).done;
      },
    },
    {
      name: 'one that is stopped',
      create: withSchedules({ kind: 'run' }),
      run: (begin, scenario) => cancelled(nightlyTask(begin), scenario, {}),
    },
  ],
  'run-task': [
    {
      name: 'a task with tags, from a file',
      create: ecs({ taskRules: [oneOff] }),
      run: (begin) => begin({ ...file, tags: 'team=web' }, { files }).done,
    },
    {
      name: 'a task with an EBS volume',
      create: ecs({ taskRules: [oneOff] }),
      run: (begin) =>
        begin(
          { ...volumeFile, 'managed-ebs-volume-name': 'data', 'managed-ebs-volume': volume },
          { files: volumeFiles },
        ).done,
    },
    {
      name: 'the task of an earlier attempt',
      create: ecs({ taskRules: [{ ...oneOff, outcome: { ...oneOff.outcome, after: 60_000 } }] }),
      run: async (begin) => {
        const run = { id: '1', origin: '1' };
        await begin({ 'task-definition': 'web:1', 'wait-timeout': '30s' }, { run }).done;
        return begin({ 'task-definition': 'web:1' }, { run: { ...run, attempt: 2 } }).done;
      },
    },
    {
      name: 'in the network of a service, stopped',
      create: ecs({ taskRules: [{ ...oneOff, outcome: { kind: 'run' } }] }),
      run: (begin, scenario) => cancelled(begin, scenario, { 'task-definition': 'web:1', service: 'web' }),
    },
  ],
  'convert-manifest': [
    {
      name: 'one service',
      create: ecs(),
      run: (begin) =>
        begin(
          { service: '', cluster: '', 'services-yaml': 's.yml', 'environment-yaml': 'e.yml', name: 'shop' },
          { files: servicesYamlFiles },
        ).done,
    },
    {
      name: 'the services of a cluster',
      create: ecs(),
      run: (begin) => begin({ service: '', 'task-definition': '', name: 'shop' }).done,
    },
  ],
  'check-manifest': [
    {
      name: 'a manifest',
      create: ecs(),
      run: (begin) => begin({ service: '', cluster: '', ...manifest }, { files: manifestFiles }).done,
    },
  ],
  'render-task-definition': [
    {
      name: 'what a service runs, with the keys of a secret',
      async create() {
        const scenario = await Scenario.create();
        await scenario.sandbox.dispatch('secretsmanager', 'CreateSecret', {
          Name: 'web',
          SecretString: '{"A":"1"}',
          KmsKeyId: key,
        });
        return scenario;
      },
      run: (begin) => begin({ image: 'example/web:2', 'secrets-from': 'web' }).done,
    },
  ],
  'render-image-definitions': [
    {
      name: 'for a service',
      create: ecs(),
      run: (begin) => begin({ images: 'app=example/web:2', service: 'web' }).done,
    },
  ],
};

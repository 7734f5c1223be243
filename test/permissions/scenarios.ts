import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import type { OperationName } from '@landfall/core/operations/index';
import {
  balanced,
  CodeDeployed,
  readyWait,
  rollsBack,
  terminationWait,
} from '../rollouts/code-deploy-service.ts';
import { ByTaskSets } from '../rollouts/external-service.ts';
import { pushImage } from '../rollouts/push-image.ts';
import { Stage, type StageOptions, taskDefinitionOf } from '../rollouts/stage.ts';
import { furnish, goodTask, registry } from '../verification/account.ts';
import type { Begin, Scenario } from './least-privilege.ts';

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

const ecs =
  (options: StageOptions = {}) =>
  async () =>
    Stage.set(options);
const byCodeDeploy =
  (group: object = rollsBack, more: StageOptions = {}) =>
  async () => {
    const stage = await Stage.set({ services: { web: balanced }, ...more });
    await new CodeDeployed(stage).group(group);
    return stage;
  };
const byTaskSets = async () => {
  const stage = await Stage.set({ services: { web: external } });
  await new ByTaskSets(stage).makeLive();
  return stage;
};
const key = '1234abcd-12ab-34cd-56ef-1234567890ab';

/** An account with all that a task definition may refer to; `good.json` refers to it. */
const furnished = async () => {
  const stage = await Stage.set({ services: {} });
  const { dispatch } = stage.world;
  const furniture = await furnish(dispatch);
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
  await stage.clock.sleep(600_000);
  goods.set(stage, { 'good.json': JSON.stringify(task) });
  return stage;
};
const goods = new WeakMap<Stage, Readonly<Record<string, string>>>();
const good = { 'task-definition': 'good.json' };

const cancelled = async (
  begin: Begin,
  stage: Stage,
  inputs: Readonly<Record<string, string>>,
  more: object = {},
) => {
  const run = begin({ 'on-cancel': 'stop', ...inputs }, more);
  stage.at(20_000, () => run.host.cancel());
  return run.done;
};
/** Tasks of version 2 that the load balancer finds ill. */
const ill = {
  services: { web: { loadBalancers: balanced.loadBalancers } },
  fates: [{ match: { image: 'web:2' }, fate: { kind: 'elb-unhealthy' as const, after: 2000 } }],
};
/** The deployment of `good.json` a while ago, so that what it refers to may have changed since. */
const deployed = async () => {
  const stage = await furnished();
  await stage.deploy(good, goods.get(stage)!);
  await stage.clock.sleep(600_000);
  await stage.world.dispatch('secretsmanager', 'PutSecretValue', {
    SecretId: 'locked',
    SecretString: '{"A":"3"}',
  });
  return stage;
};
/** Version 3 is live, and version 2 was before. */
const rolledForward =
  (services: NonNullable<StageOptions['services']> = { web: {} }) =>
  async () => {
    const stage = await Stage.set({ services });
    await stage.deploy(file, files);
    await stage.deploy({ 'task-definition': 'v3.json' });
    return stage;
  };
/** Somebody has deployed version 2. */
const begun =
  (options: StageOptions = {}) =>
  async () => {
    const stage = await Stage.set(options);
    await startedBySomebody(stage);
    return stage;
  };
const crashing = { match: { image: 'web:2' }, fate: { kind: 'exit' as const, code: 3, after: 2000 } };
const oneOff = { match: { group: 'family:web' }, fate: { kind: 'exit' as const, code: 0, after: 5000 } };
const startedBySomebody = async (stage: Stage) => {
  const taskDefinition = await stage.register('web', 2);
  await stage.world.dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', taskDefinition });
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
} as unknown as StageOptions;

const live = async () => {
  const stage = await Stage.set();
  await stage.deploy();
  await stage.clock.sleep(60_000);
  return stage;
};
const pausedByHook =
  (options: StageOptions = paused) =>
  async () => {
    const stage = await begun(options)();
    await stage.clock.sleep(300_000);
    return stage;
  };

/** What deploy-express-service takes in the place of a service and a task definition. */
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
/** What ensure-repository takes in the place of a service, in a cluster. */
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

/** What a deployment, and its plan, look at beside the service. */
const lookedAt: readonly Scenario[] = [
  {
    name: 'everything there is to verify',
    set: furnished,
    play: (begin, stage) => begin({ ...good, verify: 'true' }, { files: goods.get(stage)! }).done,
  },
  {
    name: 'everything that can change outside',
    set: deployed,
    play: (begin, stage) => begin(good, { files: goods.get(stage)! }).done,
  },
];

export const scenarios: Partial<Record<OperationName, readonly Scenario[]>> = {
  'deploy-service': [
    { name: 'what is live', set: live, play: (begin) => begin({ 'task-definition': 'v2.json' }).done },
    { name: 'one that is ill', set: ecs(ill), play: (begin) => begin(file, { files }).done },
    {
      name: 'an image by digest',
      set: ecs(),
      play: (begin) =>
        begin({ 'task-definition': 'digest.json' }, { files: { 'digest.json': byDigest } }).done,
    },
    { name: 'a new version', set: ecs(), play: (begin) => begin(file, { files }).done },
    {
      name: 'one that crashes',
      set: ecs({ fates: [crashing] }),
      play: (begin) => begin(file, { files }).done,
    },
    { name: 'a stop', set: ecs(), play: (begin, stage) => cancelled(begin, stage, file, { files }) },
    {
      name: 'the same version, forced',
      set: ecs(),
      play: (begin) => begin({ 'task-definition': 'v1.json', 'force-new-deployment': 'true' }).done,
    },
    { name: 'CodeDeploy', set: byCodeDeploy(), play: (begin) => begin(file, { files }).done },
    {
      name: 'CodeDeploy, stopped',
      set: byCodeDeploy(),
      play: (begin, stage) => cancelled(begin, stage, file, { files }),
    },
    { name: 'task sets', set: byTaskSets, play: (begin) => begin(file, { files }).done },
    ...lookedAt,
  ],
  'deploy-express-service': [
    {
      name: 'a new service with tags, and its cluster',
      set: ecs({ services: {} }),
      play: (begin) => begin({ ...express, ...roles, cluster: 'default', tags: 'team=web' }).done,
    },
    { name: 'a new version', set: ecs({ express: { web: {} } }), play: (begin) => begin(express).done },
    {
      name: 'other tags',
      set: ecs({ express: { web: { tags: [{ key: 'old', value: '1' }] } } }),
      play: (begin) => begin({ ...express, tags: 'team=web', 'mutate-tags-on-update': 'true' }).done,
    },
    {
      name: 'one that crashes',
      set: ecs({ express: { web: {} }, fates: [crashing] }),
      play: (begin) => begin(express).done,
    },
    {
      name: 'a stop',
      set: ecs({ express: { web: {} } }),
      play: (begin, stage) => cancelled(begin, stage, express),
    },
    {
      name: 'what is live',
      set: ecs({ express: { web: {} } }),
      play: (begin) => begin({ ...express, image: 'example/web:1' }).done,
    },
    {
      name: 'one that is ill',
      set: ecs({ express: { web: {} }, fates: ill.fates }),
      play: (begin) => begin(express).done,
    },
    {
      name: 'what is live, with secrets that were changed',
      async set() {
        const stage = await Stage.set({ services: {} });
        const { dispatch } = stage.world;
        await dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
        await pushImage(stage.world, '2', 'one');
        await dispatch('secretsmanager', 'CreateSecret', { Name: 'web', SecretString: '1' });
        await dispatch('ssm', 'PutParameter', { Name: '/web/mode', Value: '1', Type: 'String' });
        const operation = deployExpressService;
        await stage.begin({ ...withSecrets, ...roles, 'task-definition': '' }, { operation }).done;
        await stage.clock.sleep(600_000);
        await dispatch('secretsmanager', 'PutSecretValue', { SecretId: 'web', SecretString: '2' });
        return stage;
      },
      play: (begin) => begin({ ...withSecrets, ...roles }).done,
    },
  ],
  'ensure-repository': [
    {
      name: 'one that is missing, under a key of one’s own',
      set: ecs({ services: {} }),
      play: (begin) => begin({ ...repository, 'encryption-type': 'KMS', 'kms-key': key }).done,
    },
    {
      name: 'one that is missing, by a creation template',
      async set() {
        const stage = await Stage.set({ services: {} });
        await stage.world.dispatch('ecr', 'CreateRepositoryCreationTemplate', {
          prefix: 'ROOT',
          appliedFor: ['CREATE_ON_PUSH'],
          repositoryPolicy: '{"Version":"2012-10-17","Statement":[]}',
        });
        return stage;
      },
      play: (begin) => begin({ service: '', cluster: '', repository: 'web' }).done,
    },
    {
      name: 'one that is there',
      async set() {
        const stage = await Stage.set({ services: {} });
        await stage.world.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
        return stage;
      },
      play: (begin) => begin(repository).done,
    },
  ],
  'wait-for-service': [
    { name: 'one that is ill', set: begun(ill), play: (begin) => begin().done },
    {
      name: 'one that is named, and over',
      async set() {
        const stage = await Stage.set();
        await stage.deploy();
        await stage.deploy({ 'task-definition': 'v3.json' });
        return stage;
      },
      play: (begin) => begin({ 'task-definition': 'web:2' }).done,
    },
    {
      name: 'a deployment of somebody',
      set: begun(),
      play: (begin) => begin().done,
    },
    {
      name: 'one that crashes',
      set: begun({ fates: [crashing] }),
      play: (begin) => begin().done,
    },
    {
      name: 'a stop',
      set: begun(),
      play: (begin, stage) => cancelled(begin, stage, {}),
    },
    {
      name: 'CodeDeploy, stopped',
      async set() {
        const stage = await byCodeDeploy()();
        await stage.deploy({ 'wait-until': 'started' });
        return stage;
      },
      play: (begin, stage) => cancelled(begin, stage, {}),
    },
    {
      name: 'task sets, stopped',
      async set() {
        const stage = await byTaskSets();
        await stage.deploy();
        await new ByTaskSets(stage).make(3);
        return stage;
      },
      async play(begin, stage) {
        const made = (await new ByTaskSets(stage).taskSets()).find(({ status }) => status === 'ACTIVE');
        return cancelled(begin, stage, { 'deployment-id': made!.id! });
      },
    },
  ],
  'rollback-service': [
    {
      name: 'one that is ill',
      set: rolledForward(ill.services),
      play: (begin, stage) => {
        stage.world.ecs.setFates([
          { match: { image: 'web:2' }, fate: { kind: 'elb-unhealthy', after: 2000 } },
        ]);
        return begin({ 'wait-timeout': '10m' }).done;
      },
    },
    {
      name: 'to an image whose tag was moved',
      async set() {
        const stage = await Stage.set();
        await stage.world.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
        await pushImage(stage.world, '2', 'one');
        await stage.deploy({ 'task-definition': 'ecr.json' }, { 'ecr.json': inEcr });
        await stage.deploy({ 'task-definition': 'v3.json' });
        await pushImage(stage.world, '2', 'two');
        return stage;
      },
      play: (begin) => begin().done,
    },
    {
      name: 'to a crash',
      set: rolledForward(),
      play: (begin, stage) => {
        stage.world.ecs.setFates([crashing]);
        return begin({ 'wait-timeout': '10m' }).done;
      },
    },
    {
      name: 'a deployment under way',
      set: begun(),
      play: (begin) => begin().done,
    },
    {
      name: 'to what was live before',
      async set() {
        const stage = await Stage.set();
        await stage.deploy(file, files);
        await stage.deploy({ 'task-definition': 'v3.json' });
        return stage;
      },
      play: (begin) => begin().done,
    },
    {
      name: 'CodeDeploy, under way',
      async set() {
        const stage = await byCodeDeploy(terminationWait(60))();
        await stage.deploy({ 'wait-until': 'traffic-shifted' });
        return stage;
      },
      play: (begin) => begin().done,
    },
    {
      name: 'CodeDeploy, to what was live before',
      async set() {
        const stage = await byCodeDeploy()();
        await stage.deploy();
        await stage.deploy({ 'task-definition': 'v3.json' });
        return stage;
      },
      play: (begin) => begin().done,
    },
    {
      name: 'task sets',
      async set() {
        const stage = await byTaskSets();
        await stage.deploy();
        return stage;
      },
      play: (begin) => begin().done,
    },
  ],
  'continue-deployment': [
    {
      name: 'a pause hook, before an image by digest',
      async set() {
        const stage = await Stage.set(paused);
        const { dispatch } = stage.world;
        await dispatch('ecs', 'RegisterTaskDefinition', JSON.parse(byDigest));
        await dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', taskDefinition: 'web:2' });
        await stage.clock.sleep(300_000);
        return stage;
      },
      play: (begin) => begin().done,
    },
    {
      name: 'a pause hook, then tasks that are ill',
      set: pausedByHook({ ...ill, services: { web: { ...paused.services!.web, ...ill.services.web } } }),
      play: (begin) => begin({ 'wait-timeout': '20m' }).done,
    },
    {
      name: 'a pause hook, then a stop',
      set: pausedByHook(),
      play: (begin, stage) => cancelled(begin, stage, {}),
    },
    {
      name: 'a pause hook, then a crash',
      set: pausedByHook(),
      play: (begin, stage) => {
        stage.world.ecs.setFates([crashing]);
        return begin({ 'wait-timeout': '10m' }).done;
      },
    },
    {
      name: 'a pause hook',
      set: pausedByHook(),
      play: (begin) => begin().done,
    },
    ...(['continue', 'rollback'] as const).map((action) => ({
      name: `CodeDeploy, ${action}`,
      async set() {
        const stage = await byCodeDeploy(readyWait)();
        await stage.deploy();
        return stage;
      },
      play: (begin: Begin) => begin({ action }).done,
    })),
  ],
  'scale-service': [
    {
      name: 'tasks that do not start',
      set: ecs({ services: ill.services }),
      play: (begin, stage) => {
        stage.world.ecs.setFates([{ match: { image: 'web:1' }, fate: { kind: 'pull-error' } }]);
        return begin({ 'desired-count': '4', 'wait-timeout': '5m' }).done;
      },
    },
    { name: 'task sets', set: byTaskSets, play: (begin) => begin({ 'desired-count': '3' }).done },
    { name: 'more tasks', set: ecs(), play: (begin) => begin({ 'desired-count': '3' }).done },
    {
      name: 'an Express service',
      set: ecs({ express: { web: {} } }),
      play: (begin) => begin({ 'desired-count': '2' }).done,
    },
  ],
  'plan-service': [
    { name: 'what is live', set: live, play: (begin) => begin({ 'task-definition': 'v2.json' }).done },
    {
      name: 'what is live by a rollback',
      async set() {
        const stage = await Stage.set({
          services: {
            web: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
          },
          fates: [crashing],
        });
        await stage.deploy();
        return stage;
      },
      play: (begin) => begin({ 'task-definition': 'v1.json' }).done,
    },
    { name: 'a new version', set: ecs(), play: (begin) => begin(file, { files }).done },
    {
      name: 'CodeDeploy',
      async set() {
        const stage = await byCodeDeploy()();
        await stage.deploy();
        return stage;
      },
      play: (begin) => begin({ 'task-definition': 'v3.json' }).done,
    },
    ...lookedAt,
  ],
  'verify-service': [
    {
      name: 'everything there is',
      set: furnished,
      play: (begin, stage) => begin(good, { files: goods.get(stage)! }).done,
    },
    {
      name: 'a registered task definition',
      set: byCodeDeploy(),
      play: (begin) => begin({ 'task-definition': 'web:1' }).done,
    },
  ],
  'run-task': [
    {
      name: 'a task with tags, from a file',
      set: ecs({ fates: [oneOff] }),
      play: (begin) => begin({ ...file, tags: 'team=web' }, { files }).done,
    },
    {
      name: 'in the network of a service, stopped',
      set: ecs({ fates: [{ ...oneOff, fate: { kind: 'run' } }] }),
      play: (begin, stage) => cancelled(begin, stage, { 'task-definition': 'web:1', service: 'web' }),
    },
  ],
  'render-task-definition': [
    {
      name: 'what a service runs, with the keys of a secret',
      async set() {
        const stage = await Stage.set();
        await stage.world.dispatch('secretsmanager', 'CreateSecret', {
          Name: 'web',
          SecretString: '{"A":"1"}',
          KmsKeyId: key,
        });
        return stage;
      },
      play: (begin) => begin({ image: 'example/web:2', 'secrets-from': 'web' }).done,
    },
  ],
  'render-image-definitions': [
    {
      name: 'for a service',
      set: ecs(),
      play: (begin) => begin({ images: 'app=example/web:2', service: 'web' }).done,
    },
  ],
};

import { describe, expect, test } from '@jest/globals';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import type { Aws } from '@landfall/core/world/aws';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import { createLocalAws, type LocalAws, startSandbox } from '@landfall/sandbox/sandbox';
import { createCodeDeployService } from '@landfall/sandbox/testing/code-deploy-service';
import { createAws } from '../aws.ts';
import { inProcessAws } from './in-process-aws.ts';
import { never, timeLimitByHand } from './time-limit.ts';

const options = { clock: 'virtual', seed: 1, enforce: true } as const;
/** `silence` lets the time limit of an unanswered attempt pass; in process it passes by itself. */
const adapters: [string, () => Promise<{ aws: Aws; world: LocalAws; silence(): void }>][] = [
  [
    'the adapter over HTTP',
    async () => {
      const world = await startSandbox(options);
      const clock = drivenClock(world.clock as VirtualClock);
      const env = { ...world.environment(), HOME: '/nonexistent' };
      const { timeLimit, pass } = timeLimitByHand();
      const about = { operation: 'test', version: '0.0.0', limits: never, timeLimit };
      return { world, aws: await createAws({ env, clock, ...about }), silence: pass };
    },
  ],
  [
    'the adapter in process',
    async () => {
      const world = createLocalAws(options);
      const clock = drivenClock(world.clock as VirtualClock);
      return { world, aws: inProcessAws(world, { clock }), silence: () => {} };
    },
  ],
];

const register = { family: 'web', containerDefinitions: [{ name: 'web', image: 'nginx:1', memory: 64 }] };
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error) => {
      if (!isLandfallError(error)) throw error;
      return `${error.code}, applied: ${error.applied}`;
    },
  );

describe.each(adapters)('%s', (_name, open) => {
  test('gives answers with dates in them, and counts its calls', async () => {
    const { aws, world } = await open();
    const ecs = await aws.ecs();
    const { taskDefinition } = await ecs.registerTaskDefinition(register);
    expect(taskDefinition?.registeredAt).toBeInstanceOf(Date);
    expect(await (await aws.sts()).getCallerIdentity({})).toMatchObject({ Account: '123456789012' });
    expect(aws.calls()).toEqual({ 'ecs:RegisterTaskDefinition': 1, 'sts:GetCallerIdentity': 1 });
    await world.close();
  });

  test('asks CodeDeploy, and has our codes for its errors', async () => {
    const { aws, world } = await open();
    const group = { applicationName: 'app', deploymentGroupName: 'group' };
    await createCodeDeployService(world);
    const codeDeploy = await aws.codeDeploy();
    expect(await outcome(codeDeploy.getDeploymentGroup(group))).toBe('NOT_FOUND, applied: no');
    await world.dispatch('codedeploy', 'CreateApplication', { applicationName: 'app' });
    await world.dispatch('codedeploy', 'CreateDeploymentGroup', {
      ...group,
      serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
      ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
    });
    expect((await codeDeploy.getDeploymentGroup(group)).deploymentGroupInfo).toMatchObject({
      ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
    });
    const content = JSON.stringify({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: 'web:1',
              LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 80 },
            },
          },
        },
      ],
    });
    const request = {
      ...group,
      revision: { revisionType: 'AppSpecContent' as const, appSpecContent: { content } },
    };
    const start = new Date(world.clock.now() - 1000);
    const deploymentId = (await codeDeploy.createDeployment(request)).deploymentId!;
    expect(await outcome(codeDeploy.createDeployment(request))).toBe('TOO_MANY_DEPLOYMENTS, applied: no');
    const listed = await codeDeploy.listDeployments({ ...group, createTimeRange: { start } });
    expect(listed.deployments).toEqual([deploymentId]);
    const { deploymentsInfo } = await codeDeploy.batchGetDeployments({ deploymentIds: [deploymentId] });
    expect(deploymentsInfo).toMatchObject([{ deploymentId, revision: { appSpecContent: { content } } }]);
    expect(deploymentsInfo![0]!.createTime).toBeInstanceOf(Date);
    const { deploymentTarget } = await codeDeploy.getDeploymentTarget({ deploymentId, targetId: 'main:web' });
    expect(deploymentTarget?.ecsTarget?.lifecycleEvents).toHaveLength(6);
    expect(
      await outcome(codeDeploy.continueDeployment({ deploymentId, deploymentWaitType: 'READY_WAIT' })),
    ).toBe('REQUEST_REFUSED, applied: no');
    expect(await codeDeploy.stopDeployment({ deploymentId })).toMatchObject({ status: 'Succeeded' });
    const ended = await codeDeploy.batchGetDeployments({ deploymentIds: [deploymentId] });
    expect(ended.deploymentsInfo).toMatchObject([{ status: 'Stopped' }]);
    await world.close();
  });

  const once = (fault: FaultRule['fault']): FaultRule => ({ service: 'ecs', count: 1, fault });
  const always = (fault: FaultRule['fault']): FaultRule => ({ service: 'ecs', fault });
  const error = (code: string, status = 400) => ({ kind: 'error', code, status }) as const;

  test.each<[string, FaultRule, string, string]>([
    ['a server error', once(error('ServerException', 500)), 'done', 'ENDPOINT_UNREACHABLE, applied: unknown'],
    ['a throttle', once(error('ThrottlingException')), 'done', 'done'],
    [
      'throttles without end',
      always(error('ThrottlingException')),
      'THROTTLED, applied: no',
      'THROTTLED, applied: no',
    ],
    [
      'expired credentials',
      always(error('ExpiredTokenException')),
      'CREDENTIALS_EXPIRED, applied: no',
      'CREDENTIALS_EXPIRED, applied: no',
    ],
    [
      'a reset before the effect',
      once({ kind: 'reset', effect: 'none' }),
      'done',
      'ENDPOINT_UNREACHABLE, applied: unknown',
    ],
    [
      'a reset after the effect',
      once({ kind: 'reset', effect: 'applied' }),
      'done',
      'ENDPOINT_UNREACHABLE, applied: unknown',
    ],
    ['a truncated answer', once({ kind: 'truncate' }), 'done', 'ENDPOINT_UNREACHABLE, applied: unknown'],
    [
      'a web page',
      always({ kind: 'html' }),
      'RESPONSE_INVALID, applied: no',
      'RESPONSE_INVALID, applied: unknown',
    ],
    [
      'an empty answer',
      always({ kind: 'empty' }),
      'RESPONSE_INVALID, applied: no',
      'RESPONSE_INVALID, applied: unknown',
    ],
    [
      'a null answer',
      always({ kind: 'null' }),
      'RESPONSE_INVALID, applied: no',
      'RESPONSE_INVALID, applied: unknown',
    ],
    ['silence', once({ kind: 'hang' }), 'done', 'ENDPOINT_UNREACHABLE, applied: unknown'],
    [
      'an unknown refusal',
      always(error('InvalidParameterException')),
      'REQUEST_REFUSED, applied: no',
      'REQUEST_REFUSED, applied: no',
    ],
  ])('%s: what a read and a write make of it', async (_fault, rule, read, write) => {
    const { aws, world, silence } = await open();
    await world.dispatch('ecs', 'CreateCluster', {});
    const ecs = await aws.ecs();
    const meets = async (call: () => Promise<unknown>) => {
      const fault = world.fault(rule);
      const ended = outcome(call());
      if (rule.fault.kind === 'hang') {
        while (fault.met() === 0) await new Promise(setImmediate);
        silence();
      }
      const told = await ended;
      fault.remove();
      return told;
    };
    expect(await meets(() => ecs.listTasks({}))).toBe(read);
    expect(await meets(() => ecs.registerTaskDefinition(register))).toBe(write);
    await world.close();
  });

  test('a reset after the effect leaves one revision, not two', async () => {
    const { aws, world } = await open();
    const ecs = await aws.ecs();
    world.fault({
      operation: 'RegisterTaskDefinition',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    await outcome(ecs.registerTaskDefinition(register));
    expect(await world.dispatch('ecs', 'ListTaskDefinitions', { familyPrefix: 'web' })).toEqual({
      taskDefinitionArns: ['arn:aws:ecs:us-east-1:123456789012:task-definition/web:1'],
    });
    await world.close();
  });

  test('an outage causes at most a hundred retries', async () => {
    const { aws, world } = await open();
    const ecs = await aws.ecs();
    world.fault({ operation: 'ListTasks', fault: error('ServerException', 500) });
    for (let n = 0; n < 20; n += 1) await outcome(ecs.listTasks({}));
    expect(aws.calls()).toEqual({ 'ecs:ListTasks': 120 });
    await world.close();
  });

  test('a call whose signal has aborted is not sent', async () => {
    const { aws, world } = await open();
    const call = (await aws.ecs()).listTasks({}, { signal: AbortSignal.abort() });
    expect(await outcome(call)).toBe('CANCELLED, applied: no');
    expect(world.journal()).toEqual([]);
    await world.close();
  });
});

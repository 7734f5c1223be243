import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { scenario } from '../rollouts/scenario/current.ts';
import { beginShop, createShop, failing, live, logLines, shopFiles, tagsOf } from './shop.ts';

const manifest = (worker = '') => `landfall: 1
name: shop
defaults: { cluster: main }
vars: { version: 2 }
services: { worker: { taskDefinition: worker.json, stopBeforeDeploy: true${worker} } }
environments: { dev: }
`;
const files = shopFiles(manifest());
const createWorker = (options: Parameters<typeof createShop>[0] = {}) =>
  createShop({ services: { 'dev-worker': {} }, ...options });
const deploy = (options: Parameters<typeof beginShop>[2] = {}, inputs = {}) =>
  beginShop(deployManifest, inputs, { files, ...options });
const truth = () => scenario.sandbox.ecs.truth('main', 'dev-worker');
const updates = () =>
  scenario.sandbox.journal().flatMap(({ operation, input }) => {
    const { taskDefinition, desiredCount } = input as { taskDefinition?: string; desiredCount?: number };
    return operation === 'UpdateService'
      ? [`${taskDefinition?.split('/').at(-1) ?? ''} ${desiredCount ?? ''}`.trim()]
      : [];
  });

test('its tasks are stopped before the new version starts, as many as before', async () => {
  await createWorker();
  let running: readonly string[] = [];
  const run = await deploy({
    between: async ({ operation, input }, send) => {
      if (operation === 'UpdateService' && input.taskDefinition) running = await runningTasks();
      return send(input);
    },
  }).done;
  expect(run.result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
  expect(updates()).toEqual(['0', 'dev-worker:2 2']);
  expect(running).toEqual([]);
  expect(truth()).toMatchObject({ desiredCount: 2 });
  expect(live()).toMatchObject({ worker: 'dev-worker:2' });
  expect(await tagsOf('dev-worker')).toEqual({});
  expect(logLines(run, /^info: (?:✓ )?dev-worker: (?!dep)/)).toEqual([
    'info: dev-worker: desired count 2 → 0',
    'info: dev-worker: no task of it runs; updating it to 2 tasks',
    'info: ✓ dev-worker: dev-worker:2 is live',
  ]);
});

async function runningTasks(): Promise<readonly string[]> {
  const list = async (desiredStatus: string) =>
    (
      (await scenario.sandbox.dispatch('ecs', 'ListTasks', {
        cluster: 'main',
        serviceName: 'dev-worker',
        desiredStatus,
      })) as { taskArns: readonly string[] }
    ).taskArns;
  const tasks = [...(await list('RUNNING')), ...(await list('STOPPED'))];
  if (tasks.length === 0) return [];
  const answer = (await scenario.sandbox.dispatch('ecs', 'DescribeTasks', { cluster: 'main', tasks })) as {
    tasks: readonly { taskArn: string; lastStatus: string }[];
  };
  return answer.tasks.flatMap(({ taskArn, lastStatus }) => (lastStatus === 'STOPPED' ? [] : [taskArn]));
}

test('a count that the manifest wants is set with the update', async () => {
  await createWorker();
  const { result } = await deploy({ files: shopFiles(manifest(', desiredCount: 3')) }).done;
  expect(result.exitCode).toBe(0);
  expect(updates()).toEqual(['0', 'dev-worker:2 3']);
});

test('what is live is not stopped, nor is a service that stays at zero', async () => {
  await createWorker();
  await deploy().done;
  await scenario.clock.sleep(60_000);
  const before = updates().length;
  expect((await deploy().done).result.outputs.verdict).toBe('NOOP');
  expect(updates()).toHaveLength(before);
  await scenario.sandbox.dispatch('ecs', 'UpdateService', {
    cluster: 'main',
    service: 'dev-worker',
    desiredCount: 0,
  });
  await scenario.clock.sleep(60_000);
  const { result } = await deploy({}, { vars: 'version=3' }).done;
  expect(result.exitCode).toBe(0);
  expect(updates().slice(before + 1)).toEqual(['dev-worker:3']);
  expect(truth()).toMatchObject({ desiredCount: 0 });
});

// The lock of the environment is off, so that the first tag is the one of the service.
const kills = [
  ['tagResource', 'before', 1],
  ['tagResource', 'after', 1],
  ['updateService', 'before', 1],
  ['updateService', 'after', 1],
  ['listTasks', 'after', 4],
  ['describeTasks', 'after', 2],
  ['updateService', 'before', 2],
  ['updateService', 'after', 2],
  ['untagResource', 'before', 1],
  ['untagResource', 'after', 1],
] as const;
test.each(kills)('killed at %s (%s) %i and run again, nothing is left at zero', async (call, when, time) => {
  await createWorker();
  const lock = { lock: 'false' };
  await deploy({ killAt: { call, when, time } }, lock).killed;
  const { result } = await deploy({}, lock).done;
  expect(result.exitCode).toBe(0);
  expect(truth()).toMatchObject({ desiredCount: 2 });
  expect(live()).toMatchObject({ worker: 'dev-worker:2' });
  expect(await tagsOf('dev-worker')).toEqual({});
  expect(updates().filter((one) => one.startsWith('dev-worker'))).toHaveLength(1);
});

test('killed at zero and run again with the version that was live, it starts as many tasks as before', async () => {
  await createWorker();
  await deploy({ killAt: { call: 'updateService', when: 'before', time: 2 } }).killed;
  expect(truth()).toMatchObject({ desiredCount: 0 });
  const { result } = await deploy({}, { vars: 'version=1', 'lock-timeout': '25m' }).done;
  expect(result.exitCode).toBe(0);
  expect(truth()).toMatchObject({ desiredCount: 2 });
  expect(live()).toMatchObject({ worker: 'dev-worker:1' });
  expect(await tagsOf('dev-worker')).toEqual({});
});

test('a tag of an update that took effect does not wake a service that someone has scaled to zero since', async () => {
  await createWorker();
  const lock = { lock: 'false' };
  await deploy({ killAt: { call: 'updateService', when: 'after', time: 2 } }, lock).killed;
  await scenario.clock.sleep(300_000);
  await scenario.sandbox.dispatch('ecs', 'UpdateService', {
    cluster: 'main',
    service: 'dev-worker',
    desiredCount: 0,
  });
  await scenario.clock.sleep(300_000);
  expect(await tagsOf('dev-worker')).toHaveProperty('landfall:stopped');
  const { result } = await deploy({}, { ...lock, vars: 'version=3' }).done;
  expect(result.exitCode).toBe(0);
  expect(truth()).toMatchObject({ desiredCount: 0 });
  expect(await tagsOf('dev-worker')).toEqual({});
});

test('an update that ECS refuses leaves the service as it was', async () => {
  await createWorker();
  const run = await deploy({
    between: async ({ operation, input }, send) => {
      if (operation === 'UpdateService' && input.taskDefinition)
        return send({
          ...input,
          taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/gone:1',
        });
      return send(input);
    },
  }).done;
  expect(run.result.exitCode).not.toBe(0);
  expect(logLines(run, /not updated/)).toEqual([
    'notice: dev-worker: it was not updated; desired count 0 → 2',
  ]);
  await scenario.clock.sleep(120_000);
  expect(truth()).toMatchObject({ desiredCount: 2 });
  expect(live()).toMatchObject({ worker: 'dev-worker:1' });
});

test('a cancel while its tasks stop says what the next run does, and it does so', async () => {
  await createWorker();
  const run = deploy({
    between: async ({ operation, input }, send) => {
      const answer = await send(input);
      if (operation === 'UpdateService' && input.desiredCount === 0) run.host.cancel();
      return answer;
    },
  });
  const { result } = await run.done;
  expect(result).toMatchObject({ exitCode: 130, error: { code: 'CANCELLED' } });
  expect(result.error?.details).toContain(
    'dev-worker was not updated, and may be at zero tasks; running the step again starts 2',
  );
  expect((await deploy().done).result.exitCode).toBe(0);
  expect(truth()).toMatchObject({ desiredCount: 2 });
  expect(live()).toMatchObject({ worker: 'dev-worker:2' });
});

test('a rollback stops the new version before the earlier one starts', async () => {
  await createShop({ services: { 'dev-worker': {}, 'dev-edge': {} }, taskRules: [failing('edge')] });
  const both = manifest().replace(
    'services: { ',
    'services: { edge: { taskDefinition: edge.json, wave: 1 }, ',
  );
  const { result } = await deploy({ files: shopFiles(both) }, { 'on-failure': 'rollback' }).done;
  expect(result.exitCode).not.toBe(0);
  expect(live()).toMatchObject({ worker: 'dev-worker:1' });
  expect(updates().filter((one) => !one.includes('edge'))).toEqual([
    '0',
    'dev-worker:2 2',
    '0',
    'dev-worker:1 2',
  ]);
  expect(truth()).toMatchObject({ desiredCount: 2 });
  expect(await tagsOf('dev-worker')).toEqual({});
});

test('a plan says that its tasks would be stopped', async () => {
  await createWorker();
  const run = await beginShop(planManifest, {}, { files }).done;
  expect(logLines(run, /stopped/)).toEqual([
    'info: dev-worker: its tasks would be stopped, and the update would start a new deployment',
  ]);
});

test.each([
  [{ schedulingStrategy: 'DAEMON' as const, desiredCount: undefined }, 'the scheduling strategy DAEMON'],
  [{ deploymentController: { type: 'CODE_DEPLOY' as const } }, 'the CODE_DEPLOY controller'],
  [{ deploymentController: { type: 'EXTERNAL' as const } }, 'the EXTERNAL controller'],
])('a service of %j is refused before anything is written', async (service, obstacle) => {
  await createWorker({ services: { 'dev-worker': service } });
  const { result } = await deploy().done;
  expect(result.error).toMatchObject({
    code: 'MANIFEST_INVALID',
    summary: `services.worker.stopBeforeDeploy is for rolling deployments: dev-worker has ${obstacle}`,
  });
});

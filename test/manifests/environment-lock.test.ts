import type { DescribeClustersResponse } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { scenario } from '../rollouts/scenario/current.ts';
import { beginShop, createShop, live, logLines, shopFiles, writes } from './shop.ts';

const onlyApi = shopFiles(`landfall: 1
name: shop
services: { api: { taskDefinition: api.json, cluster: main } }
vars: { version: 2 }
environments: { dev: }
`);
const createApi = () => createShop({ services: { 'dev-api': {} } });
const begin = (
  origin: string,
  inputs: Readonly<Record<string, string>> = {},
  options: Parameters<typeof beginShop>[2] = {},
) =>
  beginShop(deployManifest, inputs, {
    files: onlyApi,
    run: { id: origin, origin, url: `https://ci.example/${origin}` },
    ...options,
  });
async function lockTags(): Promise<readonly (readonly [string, string])[]> {
  const { clusters } = (await scenario.sandbox.dispatch('ecs', 'DescribeClusters', {
    clusters: ['main'],
    include: ['TAGS'],
  })) as DescribeClustersResponse;
  return (clusters?.[0]?.tags ?? []).map(({ key = '', value = '' }) => [key, value]);
}
/** The lock of another run, which was taken this many milliseconds ago. */
async function lockedSince(ago: number, lease: number, name = 'main'): Promise<void> {
  const since = scenario.clock.now() - ago;
  const value = `since=${since} until=${since + lease} run=77 url=https://ci.example/77`;
  await scenario.sandbox.dispatch('ecs', 'TagResource', {
    resourceArn: `arn:aws:ecs:us-east-1:123456789012:cluster/${name}`,
    tags: [{ key: 'landfall:lock:shop/dev:another:1', value }],
  });
}
const updates = () => writes().filter((one) => one.startsWith('UpdateService'));

test('a run holds the lock of its environment until its end', async () => {
  await createApi();
  let during: Awaited<ReturnType<typeof lockTags>> = [];
  const { result } = await begin(
    '1',
    {},
    {
      between: async ({ operation, input }, send) => {
        if (operation === 'UpdateService') during = await lockTags();
        return send(input);
      },
      // A clock may be more exact than milliseconds.
      clockAhead: () => 0.25,
    },
  ).done;
  expect(result.exitCode).toBe(0);
  expect(during).toEqual([
    [
      expect.stringMatching(/^landfall:lock:shop\/dev:[\w-]{16}:[\w-]{4}$/),
      expect.stringMatching(/^since=\d+ until=\d+ run=1 url=https:\/\/ci\.example\/1$/),
    ],
  ]);
  expect(await lockTags()).toEqual([]);
});

test('a second run waits for the first, and then deploys', async () => {
  await createApi();
  const first = begin('1');
  await scenario.clock.sleep(5000);
  const second = begin('2', { vars: 'version=3' });
  const [one, two] = await Promise.all([first.done, second.done]);
  expect([one.result.outputs.verdict, two.result.outputs.verdict]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(two.host.lines.filter((line) => /waiting for run/.test(line))[0]).toMatch(
    /^progress: .*waiting for run 1 \(https:\/\/ci\.example\/1\) to finish with shop\/dev$/,
  );
  expect(live()).toMatchObject({ api: 'dev-api:3' });
  expect(await lockTags()).toEqual([]);
});

test.each([0, 1, 2])(
  'of two runs that start together only one deploys at a time (order %i)',
  async (order) => {
    await createApi();
    let deploying = 0;
    let most = 0;
    const watched = {
      between: async (
        { operation, input }: { operation: string; input: object },
        send: (input: object) => Promise<unknown>,
      ) => {
        if (operation === 'RegisterTaskDefinition') deploying += 1;
        most = Math.max(most, deploying);
        if (operation === 'UntagResource') deploying = 0;
        // Answers that come late let both read before either writes.
        if (operation === 'DescribeClusters') await scenario.clock.sleep(order * 700);
        return send(input);
      },
    };
    const runs = [begin('1', {}, watched), begin('2', { vars: 'version=3' }, watched)];
    const ends = await Promise.all(runs.map(({ done }) => done));
    expect(ends.map(({ result }) => result.exitCode)).toEqual([0, 0]);
    expect(most).toBe(1);
    expect(updates()).toHaveLength(2);
    expect(await lockTags()).toEqual([]);
  },
);

test('a run that reads behind its own write waits until it sees it, and with it what others wrote before', async () => {
  await createApi();
  let before: unknown;
  let behind = 0;
  const { result } = await begin(
    '1',
    { 'lock-timeout': '0s' },
    {
      between: async ({ operation, input }, send) => {
        if (operation === 'TagResource') behind = 2;
        if (operation !== 'DescribeClusters') return send(input);
        if (before === undefined) {
          before = await send(input);
          await lockedSince(0, 900_000);
          return before;
        }
        behind -= 1;
        return behind >= 0 ? before : send(input);
      },
    },
  ).done;
  expect(result.error).toMatchObject({ code: 'ENVIRONMENT_BUSY' });
  expect(updates()).toEqual([]);
  expect((await lockTags()).map(([key]) => key)).toEqual(['landfall:lock:shop/dev:another:1']);
});

test('the lock is on every cluster of the environment', async () => {
  await createApi();
  await scenario.sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'jobs' });
  const files = shopFiles(`landfall: 1
name: shop
services:
  api: { taskDefinition: api.json, cluster: main }
  worker: { taskDefinition: worker.json, cluster: jobs, desiredCount: 1 }
vars: { version: 2 }
environments: { dev: }
`);
  await lockedSince(60_000, 900_000, 'jobs');
  const waiting = await begin('1', { services: 'api', 'lock-timeout': '0s' }, { files }).done;
  expect(waiting.result.error).toMatchObject({
    code: 'ENVIRONMENT_BUSY',
    facts: { cluster: 'jobs', run: '77' },
  });
  expect(await lockTags()).toEqual([]);
});

test('a run that waits for too long says who holds the lock since when, and changes nothing', async () => {
  await createApi();
  await lockedSince(60_000, 900_000);
  const since = new Date(scenario.clock.now() - 60_000).toISOString().replace(/\.\d+Z/, 'Z');
  const { result } = await begin('1', { 'lock-timeout': '2m' }).done;
  expect(result).toMatchObject({
    exitCode: 1,
    error: {
      code: 'ENVIRONMENT_BUSY',
      summary: `run 77 (https://ci.example/77) has worked on shop/dev since ${since}`,
      remedy:
        'Run the step again when that run is over, or raise `lock-timeout`; if the run no longer exists, remove the tag `landfall:lock:shop/dev:another:1` from cluster main.',
    },
  });
  expect(result.milliseconds).toBeGreaterThanOrEqual(120_000);
  expect(updates()).toEqual([]);
  expect(await lockTags()).toHaveLength(1);
});

test('a lock that was not renewed is broken', async () => {
  await createApi();
  await lockedSince(21 * 60_000, 900_000);
  const run = await begin('1', { 'lock-timeout': '0s' }).done;
  expect(run.result.exitCode).toBe(0);
  expect(logLines(run, /lock/)).toEqual([
    'notice: the lock of shop/dev that run 77 (https://ci.example/77) has held since <time> is broken: it was not renewed',
  ]);
  expect(await lockTags()).toEqual([]);
});

test('a run that takes long renews its lock', async () => {
  await createShop({
    services: { 'dev-api': {} },
    taskRules: [{ match: { image: 'dev-api:2' }, outcome: { kind: 'pull-error' } }],
  });
  const first = begin('1', { 'wait-timeout': '40m', 'stall-timeout': '40m', 'fail-fast': 'false' });
  await scenario.clock.sleep(25 * 60_000);
  const second = await begin('2', { 'lock-timeout': '0s' }).done;
  expect(second.result.error?.code).toBe('ENVIRONMENT_BUSY');
  await first.done;
});

test.each([
  ['tagResource', 'before'],
  ['tagResource', 'after'],
  ['updateService', 'before'],
  ['updateService', 'after'],
  ['untagResource', 'before'],
] as const)('killed at %s (%s) and run again, the same run takes its own lock', async (call, when) => {
  await createApi();
  await begin('1', {}, { killAt: { call, when } }).killed;
  const { result } = await begin('1', { 'lock-timeout': '0s' }).done;
  expect(result.exitCode).toBe(0);
  expect(updates()).toEqual(['UpdateService dev-api']);
  expect(await lockTags()).toEqual([]);
});

test('a cancel releases the lock', async () => {
  await createApi();
  const run = begin('1');
  scenario.at(20_000, () => run.host.cancel());
  expect((await run.done).result.exitCode).toBe(130);
  expect(await lockTags()).toEqual([]);
});

test('a cancel ends the wait for the lock', async () => {
  await createApi();
  await lockedSince(1000, 900_000);
  const run = begin('1');
  scenario.at(20_000, () => run.host.cancel());
  expect((await run.done).result.error).toMatchObject({
    code: 'CANCELLED',
    summary: 'the run was cancelled while it waited for the lock of shop/dev',
  });
});

test('with lock: false, no tag of the cluster is read or written', async () => {
  await createApi();
  await lockedSince(1000, 900_000);
  const { result } = await begin('1', { lock: 'false' }).done;
  expect(result.exitCode).toBe(0);
  expect(result.calls).not.toHaveProperty('ecs:DescribeClusters');
  expect(await lockTags()).toHaveLength(1);
});

test('a tag that the cluster does not show ends the step before anything is deployed', async () => {
  await createApi();
  const { result } = await begin(
    '1',
    {},
    {
      between: async ({ operation, input }, send) =>
        operation === 'DescribeClusters' ? send({ ...input, include: [] }) : send(input),
    },
  ).done;
  expect(result).toMatchObject({ exitCode: 5, error: { code: 'OUTCOME_UNKNOWN' } });
  expect(updates()).toEqual([]);
  expect(await lockTags()).toEqual([]);
});

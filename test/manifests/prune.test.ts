import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { scenario } from '../rollouts/scenario/current.ts';
import { beginShop, createShop, failing, logLines, shop, shopFiles } from './shop.ts';

const owned = (environment = 'shop/dev') => [{ key: 'landfall:manifest', value: environment }];

/** The shop, with services that its manifest does not describe. */
const createWith = (services: NonNullable<Parameters<typeof createShop>[0]>['services']) =>
  createShop({ services: { 'dev-api': {}, ...services } });
const onlyApi = shopFiles(`landfall: 1
name: shop
services: { api: { taskDefinition: api.json, cluster: main } }
vars: { version: 2 }
environments: { dev: }
`);
const pruneShop = (options: Parameters<typeof beginShop>[2] = {}) =>
  beginShop(deployManifest, { prune: 'true' }, { files: onlyApi, ...options });
const deleted = () =>
  scenario.sandbox
    .journal()
    .flatMap(({ operation, input }) => (operation === 'DeleteService' ? [input] : []));

test('what the environment owns and the manifest no longer describes is deleted after a green deployment', async () => {
  await createWith({
    'dev-old': { desiredCount: 0, tags: owned() },
    'dev-foreign': { desiredCount: 0, tags: owned('shop/production') },
    'dev-free': { desiredCount: 0 },
  });
  const planned = await beginShop(planManifest, { prune: 'true', 'exit-code': 'true' }, { files: onlyApi })
    .done;
  expect(planned.result).toMatchObject({
    exitCode: 6,
    error: { summary: 'dev differs from landfall.yml in dev-api, dev-old' },
    outputs: { pruned: '["dev-old"]' },
  });
  expect(logLines(planned, /deleted/)).toEqual([
    'info: dev-old: the service would be deleted: the manifest no longer describes it',
  ]);
  expect(deleted()).toEqual([]);
  const run = await pruneShop().done;
  expect(run.result.outputs).toMatchObject({ verdict: 'SUCCEEDED', pruned: '["dev-old"]' });
  expect(deleted()).toEqual([{ cluster: 'main', service: 'dev-old' }]);
  expect(logLines(run, /live|old/)).toEqual([
    'info: ✓ dev-api: dev-api:2 is live',
    'info: dev-old: deletion requested',
    'info: ✓ dev-old is pruned: it is INACTIVE, and no task of it runs',
  ]);
  const again = await pruneShop().done;
  expect(again.result.outputs).toMatchObject({ verdict: 'NOOP', pruned: '[]' });
});

test('without prune, nothing is deleted', async () => {
  await createWith({ 'dev-old': { desiredCount: 0, tags: owned() } });
  const { result } = await beginShop(deployManifest, {}, { files: onlyApi }).done;
  expect(result.outputs).toMatchObject({ verdict: 'SUCCEEDED', pruned: '[]' });
  expect(deleted()).toEqual([]);
});

test('a service that wants tasks is refused before anything is deployed', async () => {
  await createWith({ 'dev-old': { tags: owned() } });
  const { result, host } = await pruneShop().done;
  expect(result).toMatchObject({
    exitCode: 1,
    error: {
      code: 'SERVICE_IN_USE',
      summary: 'dev-old is not pruned: its desired count is 2, and 2 tasks run or start',
      remedy:
        'Scale it to zero with scale-service, or delete it with delete-service, and run the step again.',
    },
  });
  expect(host.lines.filter((line) => /registered/.test(line))).toEqual([]);
});

test('one that someone scales up during the run stays, and the step is red', async () => {
  await createWith({ 'dev-old': { desiredCount: 0, tags: owned() } });
  scenario.at(20_000, () =>
    scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'dev-old',
      desiredCount: 1,
    }),
  );
  const { result } = await pruneShop().done;
  expect(result).toMatchObject({
    exitCode: 1,
    error: {
      code: 'SERVICE_IN_USE',
      summary: expect.stringMatching(
        /^every service is live, but not everything was pruned: dev-old is not pruned: its desired count is 1, and [01] tasks run or start$/,
      ),
      details: ['not pruned: dev-old'],
    },
    outputs: { verdict: 'SERVICE_IN_USE', pruned: '[]' },
  });
  expect(deleted()).toEqual([]);
});

test('a deployment that fails prunes nothing', async () => {
  await createShop({
    services: { 'dev-api': {}, 'dev-old': { desiredCount: 0, tags: owned() } },
    taskRules: [failing('api')],
  });
  const { result } = await pruneShop().done;
  expect(result).toMatchObject({ exitCode: 4, outputs: { pruned: '[]' } });
  expect(deleted()).toEqual([]);
});

test.each(['before', 'after'] as const)(
  'killed %s a deletion and run again, it prunes the rest',
  async (when) => {
    await createWith({
      'dev-old': { desiredCount: 0, tags: owned() },
      'dev-older': { desiredCount: 0, tags: owned() },
    });
    await pruneShop({ killAt: { call: 'deleteService', when } }).killed;
    const { result } = await pruneShop().done;
    expect(result.exitCode).toBe(0);
    expect(deleted()).toEqual([
      { cluster: 'main', service: 'dev-old' },
      { cluster: 'main', service: 'dev-older' },
    ]);
  },
);

test('a protected environment is never pruned', async () => {
  await createWith({ 'dev-old': { desiredCount: 0, tags: owned() } });
  const files = {
    ...onlyApi,
    'landfall.yml': onlyApi['landfall.yml']!.replace('dev: }', 'dev: { protect: true } }'),
  };
  const { result } = await pruneShop({ files }).done;
  expect(result).toMatchObject({
    exitCode: 2,
    error: {
      code: 'ENVIRONMENT_PROTECTED',
      summary: 'dev is protected, so dev-old cannot be pruned',
    },
  });
});

test('a part of an environment is not pruned', async () => {
  await createShop();
  const { result } = await beginShop(
    deployManifest,
    { prune: 'true', services: 'api' },
    { files: shopFiles(shop) },
  ).done;
  expect(result.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary: 'prune is for a whole environment: remove groups and services',
  });
});

import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { destroyEnvironment } from '@landfall/core/operations/destroy-environment';
import { scenario } from '../rollouts/scenario/current.ts';
import { beginShop, createShop, logLines, serviceNames, shop, shopFiles } from './shop.ts';

const owned = (environment = 'shop/dev') => ({ tags: [{ key: 'landfall:manifest', value: environment }] });
/** The shop, whose services belong to `dev`, and others. */
const createOwned = (others: NonNullable<Parameters<typeof createShop>[0]>['services'] = {}) =>
  createShop({
    services: { ...Object.fromEntries(serviceNames.map((name) => [`dev-${name}`, owned()])), ...others },
  });
const destroy = (
  inputs: Readonly<Record<string, string>> = {},
  options: Parameters<typeof beginShop>[2] = {},
) => beginShop(destroyEnvironment, { confirm: 'dev', ...inputs }, options);
const writes = () =>
  scenario.sandbox.journal().flatMap(({ operation, input }) => {
    const { service, desiredCount } = input as { service?: string; desiredCount?: number };
    if (operation === 'UpdateService') return [`${service} ${desiredCount}`];
    return operation === 'DeleteService' ? [`delete ${service}`] : [];
  });
const json = (text: string | undefined) => JSON.parse(text ?? 'null');

test('what the environment owns is scaled to zero and deleted, in the reverse order of the waves', async () => {
  await createOwned({ 'dev-old': owned() });
  const run = await destroy().done;
  expect(run.result).toMatchObject({
    exitCode: 0,
    outputs: {
      deleted: '["dev-old","dev-edge","dev-web","dev-worker","dev-api"]',
      remaining: '[]',
      left: '[]',
    },
  });
  expect(writes()).toEqual([
    'dev-old 0',
    'delete dev-old',
    'dev-edge 0',
    'delete dev-edge',
    'dev-web 0',
    'dev-worker 0',
    'delete dev-web',
    'delete dev-worker',
    'dev-api 0',
    'delete dev-api',
  ]);
  expect(logLines(run, /shop\/dev|✓/)).toEqual([
    'info: shop/dev: to be deleted: dev-old → dev-edge → dev-web, dev-worker → dev-api',
    'info: ✓ dev-old is deleted, and no task of it runs',
    'info: ✓ dev-edge is deleted, and no task of it runs',
    'info: ✓ dev-web is deleted, and no task of it runs',
    'info: ✓ dev-worker is deleted, and no task of it runs',
    'info: ✓ dev-api is deleted, and no task of it runs',
    'info: ✓ nothing that shop/dev owned is left: 5 services are deleted',
  ]);
  expect(serviceNames.map((name) => scenario.sandbox.ecs.truth('main', `dev-${name}`)?.serving)).toEqual(
    serviceNames.map(() => []),
  );
});

test('what it does not own is named, and left', async () => {
  await createShop({
    services: {
      'dev-api': {},
      'dev-web': owned('shop/production'),
      'dev-worker': owned(),
      'prod-api': owned('shop/production'),
    },
  });
  const run = await destroy().done;
  expect(run.result.outputs).toEqual({
    deleted: '["dev-worker"]',
    remaining: '[]',
    left: '["dev-api","dev-web"]',
  });
  expect(logLines(run, /left as/)).toEqual([
    'notice: dev-api is left as it is: it belongs to no manifest',
    'notice: dev-web is left as it is: it belongs to shop/production',
  ]);
  expect(writes()).toEqual(['dev-worker 0', 'delete dev-worker']);
});

test('where it owns nothing, the log says where it was searched', async () => {
  await createShop();
  const run = await destroy().done;
  expect(run.result).toMatchObject({ exitCode: 0, outputs: { deleted: '[]' } });
  expect(logLines(run, /owns no/)).toEqual(['info: shop/dev owns no service in main (region us-east-1)']);
  expect(writes()).toEqual([]);
});

test('a service that cannot be deleted stops what comes after it, and the step says what is deleted', async () => {
  await createOwned();
  const { result } = await destroy(
    {},
    {
      between: async ({ operation, input }, send) => {
        if (operation === 'UpdateService' && input.service === 'dev-web')
          for (const at of [1000, 20_000, 40_000, 60_000])
            scenario.at(at, () =>
              scenario.sandbox.dispatch('ecs', 'UpdateService', {
                cluster: 'main',
                service: 'dev-web',
                desiredCount: 3,
              }),
            );
        return send(input);
      },
    },
  ).done;
  expect(result).toMatchObject({
    exitCode: 1,
    error: {
      code: 'SUPERSEDED',
      summary:
        '2 of 4 services of shop/dev are deleted: dev-web is not deleted: its desired count was set to 0 and is 3 now',
      details: ['not deleted: dev-web, dev-api'],
    },
    outputs: { deleted: '["dev-edge","dev-worker"]', remaining: '["dev-web","dev-api"]' },
  });
  expect(writes()).not.toContain('delete dev-api');
});

test.each([
  ['tagResource', 'after', 1],
  ['updateService', 'after', 1],
  ['deleteService', 'before', 2],
  ['deleteService', 'after', 2],
  ['untagResource', 'before', 1],
] as const)('killed at %s (%s) %i and run again, nothing is left', async (call, when, time) => {
  await createOwned({ 'dev-old': owned() });
  await destroy({}, { killAt: { call, when, time } }).killed;
  const { result } = await destroy().done;
  expect(result.exitCode).toBe(0);
  expect(
    writes()
      .filter((one) => one.startsWith('delete'))
      .sort(),
  ).toEqual(['delete dev-api', 'delete dev-edge', 'delete dev-old', 'delete dev-web', 'delete dev-worker']);
});

test('a dry run deletes nothing', async () => {
  await createOwned();
  const run = await destroy({ 'dry-run': 'true' }).done;
  expect(run.result.exitCode).toBe(0);
  expect(logLines(run, /deleted/)).toEqual([
    'info: shop/dev: to be deleted: dev-edge → dev-web, dev-worker → dev-api',
  ]);
  expect(writes()).toEqual([]);
});

test('another name of the environment is refused', async () => {
  await createOwned();
  const { result } = await destroy({ confirm: 'production' }).done;
  expect(result.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary: 'confirm must be the name of the environment, dev',
  });
});

test('a protected environment is refused', async () => {
  await createOwned();
  const files = shopFiles(shop.replace('  dev:\n', '  dev: { protect: true }\n'));
  const { result } = await destroy({}, { files }).done;
  expect(result).toMatchObject({
    exitCode: 2,
    error: {
      code: 'ENVIRONMENT_PROTECTED',
      summary: 'dev is protected in landfall.yml: nothing of it is deleted',
    },
  });
  expect(writes()).toEqual([]);
});

test('a service that a run without the lock creates in the meantime is not taken for deleted', async () => {
  await createOwned();
  const { result } = await destroy(
    {},
    {
      between: async ({ operation, input }, send) => {
        if (operation === 'DeleteService' && input.service === 'dev-api')
          await scenario.sandbox.dispatch('ecs', 'CreateService', {
            cluster: 'main',
            serviceName: 'dev-new',
            taskDefinition: 'dev-api',
            desiredCount: 1,
            ...owned(),
          });
        return send(input);
      },
    },
  ).done;
  expect(result).toMatchObject({
    exitCode: 1,
    error: {
      code: 'SUPERSEDED',
      summary: 'everything that shop/dev owned is deleted, and someone else has created dev-new since',
    },
    outputs: { remaining: '["dev-new"]' },
  });
});

test('an environment that a manifest has created is deployed and destroyed', async () => {
  await createShop({ services: {} });
  for (const name of serviceNames)
    await scenario.sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: `/ecs/dev-${name}` });
  const created = shop.replace('defaults: { ', 'defaults: { desiredCount: 1, ');
  const files = shopFiles(created.replace(', before: { run: migrate }', ''));
  const deployed = await beginShop(deployManifest, {}, { files }).done;
  expect(json(deployed.result.outputs.created)).toHaveLength(4);
  const { result } = await destroy({}, { files }).done;
  expect(json(result.outputs.deleted)).toHaveLength(4);
});

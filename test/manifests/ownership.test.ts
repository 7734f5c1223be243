import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { scenario } from '../rollouts/scenario/current.ts';
import { beginShop, createShop, live, logLines, shop, shopFiles, tagsOf, writes } from './shop.ts';

const ofEnvironment = (environment: string, name = 'dev-api') => ({
  services: { [name]: { tags: [{ key: 'landfall:manifest', value: environment }] } },
});
const onlyApi = { services: 'api' };

test('a service that a run creates belongs to the environment, with its own tags', async () => {
  await createShop({ services: {} });
  await scenario.sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/dev-api' });
  const files = shopFiles(
    shop.replace('api: { ', 'api: { desiredCount: 1, service: { tags: [{ key: team, value: web }] }, '),
  );
  const created = await beginShop(deployManifest, onlyApi, { files }).done;
  expect(created.result.outputs).toMatchObject({ verdict: 'SUCCEEDED', created: '["dev-api"]' });
  expect(await tagsOf('dev-api')).toEqual({ team: 'web', 'landfall:manifest': 'shop/dev' });
  const again = await beginShop(deployManifest, onlyApi, { files }).done;
  expect(again.result.outputs.verdict).toBe('NOOP');
  expect(logLines(again, /owned/)).toEqual([]);
});

test('without adopt, a service without an owner is deployed and not owned', async () => {
  await createShop();
  const run = await beginShop(deployManifest, onlyApi).done;
  expect(run.result.outputs.verdict).toBe('SUCCEEDED');
  expect(logLines(run, /owned/)).toEqual([
    'info: deployed, but not owned by shop/dev: dev-api; set `adopt` to own them',
  ]);
  expect(await tagsOf('dev-api')).toEqual({});
});

test('with adopt, it gets the tag and keeps its others, and is green by the tag alone', async () => {
  await createShop({ services: { 'dev-api': { tags: [{ key: 'team', value: 'web' }] } } });
  await beginShop(deployManifest, onlyApi).done;
  await scenario.clock.sleep(60_000);
  const adopt = { ...onlyApi, adopt: 'true' };
  const planned = await beginShop(planManifest, { ...adopt, 'exit-code': 'true' }).done;
  expect(planned.result).toMatchObject({ exitCode: 6, outputs: { changes: 'true' } });
  expect(await tagsOf('dev-api')).toEqual({ team: 'web' });
  const before = writes().length;
  const { result } = await beginShop(deployManifest, adopt).done;
  expect(result.outputs.verdict).toBe('SUCCEEDED');
  expect(await tagsOf('dev-api')).toEqual({ team: 'web', 'landfall:manifest': 'shop/dev' });
  expect(writes()).toHaveLength(before);
});

test.each([
  ['without adopt', {}],
  ['with adopt', { adopt: 'true' }],
])('%s, a service of another environment is refused before anything is written', async (_, inputs) => {
  await createShop(ofEnvironment('shop/production'));
  const { result } = await beginShop(deployManifest, { ...onlyApi, ...inputs }).done;
  expect(result).toMatchObject({
    exitCode: 1,
    error: {
      code: 'CONFLICT',
      summary: 'dev-api belongs to shop/production, not to shop/dev',
      remedy:
        'Name another service, or remove the tag `landfall:manifest` from the service if its manifest no longer describes it.',
    },
  });
  expect(writes()).toEqual([]);
  expect(await tagsOf('dev-api')).toEqual({ 'landfall:manifest': 'shop/production' });
});

test('a service that another manifest creates in the meantime is left to it', async () => {
  await createShop({ services: {} });
  const files = shopFiles(shop.replace('api: { ', 'api: { desiredCount: 1, '));
  let isFirst = true;
  const { result } = await beginShop(deployManifest, onlyApi, {
    files,
    between: async ({ operation, input }, send) => {
      if (operation === 'CreateService' && isFirst) {
        isFirst = false;
        await scenario.register('dev-api', 1);
        await scenario.sandbox.dispatch('ecs', 'CreateService', {
          cluster: 'main',
          serviceName: 'dev-api',
          taskDefinition: 'dev-api',
          desiredCount: 1,
          tags: [{ key: 'landfall:manifest', value: 'other/dev' }],
        });
      }
      return send(input);
    },
  }).done;
  expect(result.error).toMatchObject({
    code: 'CONFLICT',
    summary: 'dev-api belongs to other/dev, not to shop/dev',
  });
  expect(writes()).toEqual([]);
});

test('a manifest does not set tags of Landfall', async () => {
  await createShop();
  const files = shopFiles(
    shop.replace('api: { ', "api: { service: { tags: [{ key: 'landfall:manifest', value: x }] }, "),
  );
  const { result } = await beginShop(deployManifest, onlyApi, { files }).done;
  expect(result.error).toMatchObject({ code: 'MANIFEST_INVALID' });
  expect(result.error?.summary).toContain('has a tag that starts with landfall:, which only Landfall sets');
  expect(live()).toMatchObject({ api: 'dev-api:1' });
});

test('the files of another tool have no name that could own a service', async () => {
  await createShop();
  const given = { adopt: 'true', 'services-yaml': 's.yml', 'environment-yaml': 'e.yml' };
  const { result } = await beginShop(deployManifest, given).done;
  expect(result.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary: 'adopt needs a manifest, which has a name: convert-manifest writes one',
  });
});

import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { scenario } from '../rollouts/scenario/current.ts';
import { beginShop, createShop, live, logLines, shop, shopFiles, writes } from './shop.ts';

type Inputs = Readonly<Record<string, string>>;

/** Plans, and returns the files with what was saved. */
async function savePlan(inputs: Inputs = {}, files = shopFiles()) {
  const run = beginShop(planManifest, { 'output-file': 'plan.json', ...inputs }, { files });
  expect((await run.done).result).toMatchObject({
    exitCode: 0,
    outputs: { 'plan-file': '/workspace/plan.json' },
  });
  return { ...files, 'plan.json': run.files['/workspace/plan.json'] ?? '' };
}
const deployPlan = (files: Readonly<Record<string, string>>, inputs: Inputs = {}) =>
  beginShop(deployManifest, { plan: 'plan.json', ...inputs }, { files }).done;
const update = (service: string, more: object) =>
  scenario.sandbox.dispatch('ecs', 'UpdateService', { cluster: 'main', service, ...more });

test('what was planned is deployed, once', async () => {
  await createShop();
  const files = await savePlan();
  const run = await deployPlan(files);
  expect(run.result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
  expect(logLines(run, /plan/)).toEqual(['info: everything is as in the plan plan.json']);
  expect(live()).toMatchObject({ api: 'dev-api:2', edge: 'dev-edge:2' });
  await scenario.clock.sleep(60_000);
  expect((await deployPlan(files)).result).toMatchObject({ exitCode: 0, outputs: { verdict: 'NOOP' } });
});

test('once another version was deployed, what was planned before is not', async () => {
  await createShop();
  const files = await savePlan({ services: 'api' });
  await beginShop(deployManifest, { services: 'api', vars: 'version=3' }).done;
  const { result } = await deployPlan(files, { services: 'api' });
  expect(result.error).toMatchObject({ code: 'PLAN_STALE' });
  expect(result.error?.summary).toMatch(
    /^the plan plan\.json no longer holds: deployment ecs-svc\/\d+ of dev-api:2 is PRIMARY in main\/dev-api, which was ecs-svc\/\d+ of dev-api:1$/,
  );
});

test.each([
  ['registerTaskDefinition', 1],
  ['updateService', 1],
  ['updateService', 3],
])('killed after %s %i and run again, the rest of the plan is deployed', async (call, time) => {
  await createShop();
  const files = await savePlan();
  await beginShop(deployManifest, { plan: 'plan.json' }, { files, killAt: { call, when: 'after', time } })
    .killed;
  expect((await deployPlan(files)).result.exitCode).toBe(0);
  expect(live()).toMatchObject({ api: 'dev-api:2', edge: 'dev-edge:2' });
});

test('killed while a service is stopped for its update and run again, the rest of the plan is deployed', async () => {
  await createShop();
  const stopping = shopFiles(shop.replace('api: { ', 'api: { stopBeforeDeploy: true, '));
  const files = await savePlan({ services: 'api' }, stopping);
  const inputs = { plan: 'plan.json', services: 'api' };
  const killAt = { call: 'updateService', when: 'after', time: 1 } as const;
  await beginShop(deployManifest, inputs, { files, killAt }).killed;
  expect((await deployPlan(files, { services: 'api' })).result.exitCode).toBe(0);
  expect(live()).toMatchObject({ api: 'dev-api:2' });
});

const secret = shop.replace('vars: { version: 2 }', 'vars: { version: 2, password: hunter2 }');
test('the file holds no values of variables, and no texts of the manifest', async () => {
  await createShop();
  const files = await savePlan({ vars: 'token=s3cr3t' }, shopFiles(secret));
  expect(files['plan.json']).not.toMatch(/hunter2|s3cr3t|rake/);
  expect((await deployPlan(files, { vars: 'token=s3cr3t' })).result.exitCode).toBe(0);
});

const edited = (path: string, from: string, to: string) => (files: Readonly<Record<string, string>>) => ({
  ...files,
  [path]: (files[path] ?? '').replace(from, to),
});
test.each<[string, (files: Readonly<Record<string, string>>) => Readonly<Record<string, string>>, Inputs]>([
  ['landfall.yml has changed', edited('landfall.yml', 'name: shop', '# later\nname: shop'), {}],
  ['edge.json has changed', edited('edge.json', '"memory":128', '"memory": 128'), {}],
])('%s: nothing is deployed', async (moved, edit, inputs) => {
  await createShop();
  const { result } = await deployPlan(edit(await savePlan()), inputs);
  expect(result).toMatchObject({
    exitCode: 1,
    error: { code: 'PLAN_STALE', summary: `the plan plan.json no longer holds: ${moved}` },
  });
  expect(writes()).toEqual([]);
});

test('a variable that has changed, one that is new and what they change are named', async () => {
  await createShop();
  const files = await savePlan({ vars: 'version=3', services: 'api' });
  const { result } = await deployPlan(files, { vars: 'version=4\nother=1', services: 'api' });
  expect(result.error?.details).toEqual([
    'the variable vars.version has changed',
    'the variable vars.other is not in the plan',
    'what the manifest says of main/dev-api has changed',
  ]);
  expect(writes()).toEqual([]);
});

test.each<[string, () => Promise<unknown>]>([
  ['main/dev-api was scaled to zero', () => update('dev-api', { desiredCount: 0 })],
  [
    'what would be done to main/dev-api has changed',
    () => update('dev-api', { healthCheckGracePeriodSeconds: 60 }),
  ],
  [
    'main/dev-api no longer exists',
    () =>
      scenario.sandbox.dispatch('ecs', 'DeleteService', { cluster: 'main', service: 'dev-api', force: true }),
  ],
])('%s: nothing is deployed', async (moved, move) => {
  await createShop();
  const counted = shopFiles(
    shop.replace(
      'api: { ',
      'api: { desiredCount: { initial: 1 }, service: { healthCheckGracePeriodSeconds: 30 }, ',
    ),
  );
  const files = await savePlan({ services: 'api' }, counted);
  await move();
  await scenario.clock.sleep(120_000);
  const before = writes().length;
  const { result } = await deployPlan(files, { services: 'api' });
  expect(result.error).toMatchObject({
    code: 'PLAN_STALE',
    summary: `the plan plan.json no longer holds: ${moved}`,
  });
  expect(writes()).toHaveLength(before);
});

test('another selection of services is not what was planned', async () => {
  await createShop();
  const { result } = await deployPlan(await savePlan({ services: 'api' }), { services: 'api, worker' });
  expect(result.error?.summary).toBe(
    'the plan plan.json no longer holds: the service main/dev-worker is not in the plan',
  );
});

test('a count that an autoscaler changes in the meantime is as planned', async () => {
  await createShop();
  const files = await savePlan({ services: 'api' });
  await update('dev-api', { desiredCount: 3 });
  await scenario.clock.sleep(120_000);
  expect((await deployPlan(files, { services: 'api' })).result.exitCode).toBe(0);
});

test.each(['', '{}', '{"landfall":"plan/2"}'])('%j is not a plan', async (text) => {
  await createShop();
  const { result } = await deployPlan({ ...shopFiles(), 'plan.json': text });
  expect(result.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary: 'plan must be a file that plan-manifest of this version has written',
  });
});

import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { beginShop, createShop, writes } from './shop.ts';

const planShop = (inputs: Readonly<Record<string, string>> = {}) => beginShop(planManifest, inputs).done;

test('a plan lists what would be done to each service, in the order of the waves', async () => {
  await createShop();
  const { result } = await planShop();
  expect(result).toMatchObject({
    exitCode: 0,
    outputs: { changes: 'true', 'starts-deployment': 'true', 'outside-changes': '[]' },
  });
  const update = (wave: number, service: string) => ({
    wave,
    service,
    kind: 'update',
    registers: true,
    startsDeployment: true,
    changes: [
      `- containers.app.image: "example/${service}:1"`,
      `+ containers.app.image: "example/${service}:2"`,
    ],
  });
  expect(JSON.parse(result.outputs.plan ?? '')).toMatchObject([
    update(0, 'dev-api'),
    update(10, 'dev-web'),
    update(10, 'dev-worker'),
    update(20, 'dev-edge'),
  ]);
  expect(writes()).toEqual([]);
});

test('with exit-code, changes end with a code of their own', async () => {
  await createShop();
  expect((await planShop({ 'exit-code': 'true', services: 'api, web' })).result).toMatchObject({
    exitCode: 6,
    error: { code: 'CHANGES_PENDING', summary: 'dev differs from landfall.yml in dev-api, dev-web' },
  });
});

test('after a deployment there is nothing to do, and the task before a wave is no change', async () => {
  await createShop();
  await beginShop(deployManifest).done;
  expect((await planShop({ 'exit-code': 'true' })).result).toMatchObject({
    exitCode: 0,
    outputs: { changes: 'false', 'starts-deployment': 'false' },
  });
});

import { describe, expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { scenario } from '../rollouts/scenario/current.ts';
import { beginShop, createShop, shop, shopFiles, writes } from './shop.ts';

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

test('a plan reads each family once: its latest revision is what the service runs', async () => {
  await createShop();
  const { result } = await planShop();
  expect(result.calls).toMatchObject({ 'ecs:DescribeServices': 1, 'ecs:DescribeTaskDefinition': 4 });
});

test('a plan compares with what runs where that is not the latest revision of the family', async () => {
  await createShop();
  await scenario.register('dev-api', 3);
  const { result } = await planShop({ services: 'api' });
  expect(JSON.parse(result.outputs.plan ?? '')).toMatchObject([
    {
      registers: true,
      changes: ['- containers.app.image: "example/dev-api:1"', '+ containers.app.image: "example/dev-api:2"'],
    },
  ]);
  await scenario.register('dev-api', 2);
  const again = await planShop({ services: 'api' });
  expect(JSON.parse(again.result.outputs.plan ?? '')).toMatchObject([
    { registers: false, kind: 'update', startsDeployment: true },
  ]);
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

test('a plan says what each change does to a service that runs, and which service would be created', async () => {
  await createShop();
  const files = shopFiles(
    shop.replace(
      'edge: { ',
      'new: { taskDefinition: edge.json, desiredCount: 1 }\n  edge: { service: { healthCheckGracePeriodSeconds: 30, platformVersion: 1.4.0 }, ',
    ),
  );
  const { result, host } = await beginShop(planManifest, { services: 'new, edge' }, { files }).done;
  expect(JSON.parse(result.outputs.plan ?? '')).toMatchObject([
    { service: 'dev-new', kind: 'create', startsDeployment: true },
    {
      service: 'dev-edge',
      kind: 'update',
      settings: [
        { field: 'healthCheckGracePeriodSeconds', effect: 'at-once' },
        { field: 'platformVersion', effect: 'deployment' },
      ],
    },
  ]);
  expect(host.lines).toEqual(
    expect.arrayContaining([
      'info: dev-new: the service would be created, with its first deployment',
      'info: + healthCheckGracePeriodSeconds: 30',
      'info:   healthCheckGracePeriodSeconds: takes effect at once',
      'info:   platformVersion: starts a deployment',
    ]),
  );
  expect(writes()).toEqual([]);
});

describe('two environments', () => {
  const two = shop.replace('vars: { version: 2 }', 'vars: { version: 2, cpu: 64, stage: dev }').replace(
    '  dev:\n',
    `  dev: { services: { api: { desiredCount: 1 } } }
  production:
    vars: { version: 1, stage: production }
    services:
      edge: { disabled: true }
      api: { desiredCount: 4, service: { enableExecuteCommand: true } }
`,
  );
  const api = (environment: object[]) => ({
    family: '${environment}-api',
    containerDefinitions: [{ name: 'app', image: 'example/api', essential: true, memory: 128, environment }],
  });
  const files = {
    ...shopFiles(two),
    'api.json': JSON.stringify(
      api([
        { name: 'STAGE', value: '${stage}' },
        { name: 'SECRET', value: 'secret-${version}' },
        { name: 'HOST', value: 'api.${environment}.example.com' },
      ]),
    ),
  };
  const compare = (inputs: Readonly<Record<string, string>> = {}) =>
    beginShop(planManifest, { environment: '', compare: 'dev,production', ...inputs }, { files }).done;

  test('are compared beyond their names, without calls to AWS, and values of variables are not shown', async () => {
    await createShop();
    const calls = scenario.sandbox.journal().length;
    const { result } = await compare();
    expect(result).toMatchObject({ exitCode: 0, outputs: { changes: 'true' } });
    const older = (path: string, family: string) => ({
      path,
      changes: [
        `- containers.app.image: "example/${family}:2"`,
        `+ containers.app.image: "example/${family}:1"`,
      ],
    });
    expect(JSON.parse(result.outputs.differences ?? '')).toEqual([
      {
        path: 'services.api',
        changes: [
          '- desiredCount: 1',
          '+ desiredCount: 4',
          '+ service.enableExecuteCommand: true',
          '- containers.app.environment.SECRET: "(hidden)"',
          '+ containers.app.environment.SECRET: "(hidden, changed)"',
        ],
      },
      older('services.web', 'dev-web'),
      older('services.worker', 'dev-worker'),
      { path: 'services.edge', changes: ['- only in dev'] },
      older('tasks.migrate', 'dev-migrate'),
    ]);
    expect(scenario.sandbox.journal()).toHaveLength(calls);
  });

  test('that differ end with exit code 6 where that is wanted', async () => {
    await createShop();
    expect((await compare({ 'exit-code': 'true' })).result).toMatchObject({
      exitCode: 6,
      error: {
        code: 'CHANGES_PENDING',
        summary:
          'dev and production: differences in services.api, services.web, services.worker, services.edge, tasks.migrate',
      },
    });
  });

  test('must be two, and no other environment with them', async () => {
    await createShop();
    expect((await compare({ compare: 'dev', environment: 'dev' })).result).toMatchObject({
      exitCode: 2,
      error: {
        details: [
          'environment or compare or matrix must be set, and only one of them',
          'compare must name two environments',
        ],
      },
    });
  });
});

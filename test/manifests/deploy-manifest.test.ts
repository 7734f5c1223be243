import { expect, test } from '@jest/globals';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { scenario } from '../rollouts/scenario/current.ts';
import { logLinesOf } from '../rollouts/scenario/scenario.ts';
import { beginShop, createShop, failing, live, migration, shop, shopFiles, writes } from './shop.ts';

const deployShop = (
  inputs: Readonly<Record<string, string>> = {},
  options: Parameters<typeof beginShop>[2] = {},
) => beginShop(deployManifest, inputs, options).done;
const version = (number: number, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, `dev-${name}:${number}`]));
const errorLines = (error: { summary: string; details: readonly string[] } | undefined) =>
  error ? [error.summary, ...error.details].map((line) => line.replace(/\b[0-9a-f]{32}\b/, '…')) : [];
const json = (text: string | undefined) => JSON.parse(text ?? 'null');

test('deploys wave by wave, the tasks of a wave before its services', async () => {
  await createShop();
  const { result, host } = await deployShop();
  expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED', skipped: '[]' } });
  expect(writes()).toEqual([
    'UpdateService dev-api',
    'RunTask dev-migrate:1',
    'UpdateService dev-web',
    'UpdateService dev-worker',
    'UpdateService dev-edge',
  ]);
  expect(live()).toEqual(version(2, 'api', 'web', 'worker', 'edge'));
  expect(json(result.outputs.waves)).toEqual([
    { wave: 0, tasks: [], services: [{ service: 'dev-api', status: 'deployed', verdict: 'SUCCEEDED' }] },
    {
      wave: 10,
      tasks: [{ task: 'migrate', status: 'succeeded', arns: [expect.stringContaining(':task/main/')] }],
      services: [
        { service: 'dev-web', status: 'deployed', verdict: 'SUCCEEDED' },
        { service: 'dev-worker', status: 'deployed', verdict: 'SUCCEEDED' },
      ],
    },
    { wave: 20, tasks: [], services: [{ service: 'dev-edge', status: 'deployed', verdict: 'SUCCEEDED' }] },
  ]);
  const lines = logLinesOf(host).filter((line) => !/ {2}· |circuit breaker/.test(line));
  expect(lines).toEqual([
    'info: deployed, but not owned by shop/dev: dev-api, dev-web, dev-worker, dev-edge; set `adopt` to own them',
    'info: dev: dev-api → task migrate → dev-web, dev-worker → dev-edge',
    'info: task definition registered dev-api:2',
    'info: task definition registered dev-migrate:1',
    'info: task definition registered dev-web:2',
    'info: task definition registered dev-worker:2',
    'info: task definition registered dev-edge:2',
    'info: dev-api: deployment ecs-svc/… of dev-api:2 in cluster main',
    'info: ✓ dev-api: dev-api:2 is live',
    expect.stringMatching(/^info: started task arn:\S+ of dev-migrate:1 in cluster main$/),
    'output: migrated',
    expect.stringMatching(/^info: task … succeeded: container "app" ended with exit code 0$/),
    'info: dev-web: deployment ecs-svc/… of dev-web:2 in cluster main',
    'info: dev-worker: deployment ecs-svc/… of dev-worker:2 in cluster main',
    'info: ✓ dev-web: dev-web:2 is live',
    'info: ✓ dev-worker: dev-worker:2 is live',
    'info: dev-edge: deployment ecs-svc/… of dev-edge:2 in cluster main',
    'info: ✓ dev-edge: dev-edge:2 is live',
    'info: 4 of 4 services run what was requested',
  ]);
});

test('a task has the command of the manifest, and starts where the service that names it does', async () => {
  await createShop();
  await deployShop();
  const run = scenario.sandbox.journal().find(({ operation }) => operation === 'RunTask');
  expect(run?.input).toEqual({
    cluster: 'main',
    taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/dev-migrate:1',
    count: 1,
    clientToken: expect.stringMatching(/^landfall-/),
    startedBy: expect.stringMatching(/^landfall\/run-1\/[A-Za-z0-9_-]{16}$/),
    launchType: 'EC2',
    overrides: { containerOverrides: [{ name: 'app', command: ['rake', 'db:migrate'] }] },
  });
});

test('a task that fails stops its wave, and every service that was not started is named', async () => {
  await createShop({ taskRules: [migration({ kind: 'exit', code: 3, after: 2000, log: ['no table'] })] });
  const { result } = await deployShop();
  expect(result).toMatchObject({
    exitCode: 1,
    error: { code: 'TASK_FAILED' },
    outputs: { verdict: 'TASK_FAILED', skipped: '["dev-web","dev-worker","dev-edge"]' },
  });
  expect(errorLines(result.error)).toEqual([
    'task migrate: task … failed: container "app" ended (exit code 3): Essential container in task exited',
    'task …: container "app" ended (exit code 3): Essential container in task exited',
    'last lines of container "app":',
    '  no table',
    'not started: dev-web, dev-worker, dev-edge',
  ]);
  expect(live()).toEqual({ ...version(2, 'api'), ...version(1, 'web', 'worker', 'edge') });
  expect(json(result.outputs.results)).toMatchObject([
    { service: 'dev-api', status: 'deployed' },
    { service: 'dev-web', status: 'not-started', reason: 'not started: task migrate failed' },
    { service: 'dev-worker', status: 'not-started', reason: 'not started: task migrate failed' },
    { service: 'dev-edge', status: 'not-started', reason: 'not started: task migrate failed' },
  ]);
});

test('a service that fails stops the later waves; what runs with it is seen to its end', async () => {
  await createShop({ taskRules: [failing('web')] });
  const { result } = await deployShop();
  expect(result).toMatchObject({ exitCode: 1, outputs: { skipped: '["dev-edge"]' } });
  expect(errorLines(result.error).filter((line) => !/^ {2}/.test(line))).toEqual([
    '2 of 4 services run what was requested, 1 in-progress (dev-web), 1 not-started (dev-edge)',
    expect.stringMatching(/^STALLED: dev-web: dev-web:2 is not live: a crash loop: /),
    'not started: dev-edge',
  ]);
  expect(live()).toMatchObject({ ...version(2, 'api', 'worker'), ...version(1, 'edge') });
});

test('a dry run says what would be done, and writes nothing', async () => {
  await createShop();
  const { result, host } = await deployShop({ 'dry-run': 'true', services: 'api, web' });
  expect(result.exitCode).toBe(0);
  expect(logLinesOf(host).filter((line) => !line.includes('circuit breaker'))).toEqual([
    'info: deployed, but not owned by shop/dev: dev-api, dev-web; set `adopt` to own them',
    'info: dev: dev-api → task migrate → dev-web',
    'info: wave 0:',
    'info: a revision of dev-api would be registered from services.api of landfall.yml',
    'info: - containers.app.image: "example/dev-api:1"',
    'info: + containers.app.image: "example/dev-api:2"',
    'info: dev-api: the update would start a new deployment',
    'info: wave 10:',
    'info: task migrate would run first, as dev-migrate',
    'info: a revision of dev-web would be registered from services.web of landfall.yml',
    'info: - containers.app.image: "example/dev-web:1"',
    'info: + containers.app.image: "example/dev-web:2"',
    'info: dev-web: the update would start a new deployment',
  ]);
  expect(writes()).toEqual([]);
});

test('groups and services limit what is deployed, and the tasks with it', async () => {
  await createShop();
  const { result } = await deployShop({ groups: 'back', services: 'api, web, worker' });
  expect(result.exitCode).toBe(0);
  expect(writes()).toEqual(['UpdateService dev-api', 'UpdateService dev-worker']);
});

test.each([
  [
    { groups: 'bakc' },
    'groups names bakc, which the environment does not have (did you mean "back"?): it has back, front',
  ],
  [{ groups: 'back', services: 'web' }, 'groups leave no service to deploy'],
  [{ environment: 'production' }, 'environment production is not in landfall.yml: it has dev'],
  [{ images: 'ap=example/api:3' }, 'images names the container ap, which nothing to deploy has'],
  [
    { 'wait-until': 'started' },
    'wait-until lets a service count before it is live, but 3 waves are to be deployed in order',
  ],
])('%j is refused before anything is written', async (inputs, summary) => {
  await createShop();
  const { result } = await deployShop(inputs as Record<string, string>);
  expect(result).toMatchObject({ exitCode: 2, error: { code: 'INPUT_INVALID', summary } });
  expect(writes()).toEqual([]);
});

test('what is live is left as it is, and a new attempt runs the tasks again', async () => {
  await createShop();
  await deployShop();
  const before = writes().length;
  const { result } = await deployShop({}, { run: { id: 'run-1', attempt: 2, origin: 'run-1' } });
  expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'NOOP' } });
  expect(writes().slice(before)).toEqual(['RunTask dev-migrate:1']);
});

test.each([
  ['runTask', 1],
  ['updateService', 2],
  ['updateService', 4],
])('killed after %s %i and run again in the same attempt, it does each thing once', async (call, time) => {
  await createShop();
  await beginShop(deployManifest, {}, { killAt: { call, when: 'after', time } }).killed;
  const { result } = await deployShop();
  expect(result.exitCode).toBe(0);
  expect(writes().filter((one) => one.startsWith('UpdateService'))).toEqual([
    'UpdateService dev-api',
    'UpdateService dev-web',
    'UpdateService dev-worker',
    'UpdateService dev-edge',
  ]);
  // A RunTask that is repeated has the same token: ECS answers with the task that is there.
  const runs = scenario.sandbox.journal().filter(({ operation }) => operation === 'RunTask');
  expect(runs).toHaveLength(2);
  expect(new Set(runs.map(({ input }) => JSON.stringify(input))).size).toBe(1);
  expect(live()).toEqual(version(2, 'api', 'web', 'worker', 'edge'));
});

test('killed after the service that a task takes its settings from was created, it does not run the task again', async () => {
  await createShop({ services: { 'dev-api': {}, 'dev-worker': {}, 'dev-edge': {} } });
  await scenario.sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/dev-web' });
  const files = shopFiles(shop.replace('web: { ', 'web: { desiredCount: 1, '));
  await beginShop(deployManifest, {}, { files, killAt: { call: 'createService', when: 'after' } }).killed;
  const { result } = await deployShop({}, { files });
  expect(result.exitCode).toBe(0);
  const { taskArns } = (await scenario.sandbox.dispatch('ecs', 'ListTasks', {
    cluster: 'main',
    family: 'dev-migrate',
    desiredStatus: 'STOPPED',
  })) as { taskArns: string[] };
  expect(taskArns).toHaveLength(1);
});

test('a later wave deploys to its services as they are by then', async () => {
  await createShop();
  // After the run has read everything, and before the last wave.
  scenario.at(20_000, () =>
    scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'dev-edge',
      desiredCount: 0,
    }),
  );
  const { result, host } = await deployShop(
    {},
    { files: shopFiles(shop.replace('edge: { ', 'edge: { desiredCount: 2, ')) },
  );
  expect(result.exitCode).toBe(0);
  expect(logLinesOf(host)).toContain(
    'notice: dev-edge stays at zero tasks: it was scaled to zero, and the manifest wants 2; scale-service starts it again',
  );
  expect(scenario.sandbox.ecs.truth('main', 'dev-edge')?.desiredCount).toBe(0);
});

test('a service that was scaled to zero stays at zero, and gets the new revision', async () => {
  await createShop();
  await scenario.sandbox.dispatch('ecs', 'UpdateService', {
    cluster: 'main',
    service: 'dev-api',
    desiredCount: 0,
  });
  await scenario.clock.sleep(120_000);
  const counted = shop.replace('api: { ', 'api: { desiredCount: 3, ');
  const { result, host } = await deployShop({ services: 'api' }, { files: shopFiles(counted) });
  expect(result.exitCode).toBe(0);
  expect(live()).toMatchObject(version(2, 'api'));
  expect(logLinesOf(host).filter((line) => /zero|is 0/.test(line))).toEqual([
    'notice: dev-api stays at zero tasks: it was scaled to zero, and the manifest wants 3; scale-service starts it again',
    'warning: the desired count of dev-api is 0: no task will run, so the new version is not tested',
    'info: ✓ dev-api: dev-api:2 is in place, but the desired count is 0: no task ran it',
  ]);
});

test('a count that the manifest wants is set; one for the start is not', async () => {
  await createShop();
  const counted = shop
    .replace('api: { ', 'api: { desiredCount: 3, ')
    .replace('web: { ', 'web: { desiredCount: { initial: 5 }, ');
  const { result } = await deployShop({}, { files: shopFiles(counted) });
  expect(result.exitCode).toBe(0);
  const updates = scenario.sandbox.journal().filter(({ operation }) => operation === 'UpdateService');
  expect(updates.map(({ input }) => (input as { desiredCount?: number }).desiredCount)).toEqual([
    3,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a count that was set only after a retry is not superseded by a read from before', async () => {
  await createShop({ services: { 'dev-api': {} } });
  const files = shopFiles(
    shop
      .replace('vars: { version: 2 }', 'vars: { version: 1 }')
      .replace('api: { ', 'api: { desiredCount: 3, '),
  );
  scenario.sandbox.fault({
    service: 'ecs',
    operation: 'UpdateService',
    count: 1,
    fault: { kind: 'error', code: 'ServerException', status: 500 },
  });
  let before: unknown;
  let staleUntil = 0;
  const { result } = await deployShop(
    { services: 'api' },
    {
      files,
      between: async ({ operation, input }, send) => {
        if (operation === 'UpdateService') staleUntil = scenario.clock.elapsed() + 10_000;
        const answer = await send(input);
        if (operation !== 'DescribeServices') return answer;
        if (scenario.clock.elapsed() < staleUntil) return before;
        before = answer;
        return answer;
      },
    },
  );
  expect(result.outputs.verdict).toBe('SUCCEEDED');
});

test('with on-failure: rollback, what this run has deployed goes back, the last one first', async () => {
  await createShop({ taskRules: [failing('edge')] });
  const { result } = await deployShop({ 'on-failure': 'rollback' });
  expect(result).toMatchObject({ exitCode: 1 });
  expect(writes().slice(5)).toEqual([
    'UpdateService dev-worker',
    'UpdateService dev-web',
    'UpdateService dev-api',
  ]);
  expect(live()).toMatchObject(version(1, 'api', 'web', 'worker'));
  expect(errorLines(result.error).slice(0, 1)).toEqual([
    '0 of 4 services run what was requested, 3 rolled-back (dev-api, dev-web, dev-worker), 1 in-progress (dev-edge)',
  ]);
});

test('a service of which only the settings were changed is not rolled back, and the log says so', async () => {
  await createShop({ taskRules: [failing('edge')] });
  const files = shopFiles(
    shop
      .replace('vars: { version: 2 }', 'vars: { version: 1 }')
      .replace('api: { ', 'api: { service: { enableExecuteCommand: true }, ')
      .replace('edge: { ', 'edge: { vars: { version: 2 }, '),
  );
  const { result, host } = await deployShop({ 'on-failure': 'rollback' }, { files });
  expect(result.exitCode).toBe(1);
  expect(logLinesOf(host)).toContain(
    'error: ROLLBACK_IMPOSSIBLE: dev-api is not rolled back: only its settings were changed, and they stay',
  );
});

test('a task that fails also rolls back what was deployed before it', async () => {
  await createShop({ taskRules: [migration({ kind: 'exit', code: 3, after: 2000 })] });
  const { result } = await deployShop({ 'on-failure': 'rollback' });
  expect(result).toMatchObject({ exitCode: 1, error: { code: 'TASK_FAILED' } });
  expect(errorLines(result.error).slice(-2)).toEqual([
    'dev-api was live, and was rolled back to dev-api:1 because task migrate failed',
    'not started: dev-web, dev-worker, dev-edge',
  ]);
  expect(live()).toEqual(version(1, 'api', 'web', 'worker', 'edge'));
});

test('killed and run again, it also rolls back what the attempt before has deployed', async () => {
  await createShop({ taskRules: [failing('edge')] });
  const inputs = { 'on-failure': 'rollback' };
  await beginShop(deployManifest, inputs, { killAt: { call: 'updateService', when: 'before', time: 4 } })
    .killed;
  expect(live()).toMatchObject({ ...version(2, 'api', 'web', 'worker'), ...version(1, 'edge') });
  const { result } = await deployShop(inputs);
  expect(result.exitCode).toBe(1);
  expect(live()).toMatchObject(version(1, 'api', 'web', 'worker'));
});

const sent = (name: string) =>
  scenario.sandbox.journal().flatMap(({ operation, input }) => (operation === name ? [input] : []));

test('everything that differs from a service is updated with the task definition in one call', async () => {
  await createShop();
  const files = shopFiles(
    shop.replace(
      'api: { ',
      'api: { service: { enableExecuteCommand: true, healthCheckGracePeriodSeconds: 30, tags: [{ key: team, value: web }] }, ',
    ),
  );
  const { result, host } = await deployShop({ services: 'api' }, { files });
  expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
  expect(sent('UpdateService')).toEqual([
    {
      cluster: 'main',
      service: 'dev-api',
      taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/dev-api:2',
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 30,
    },
  ]);
  expect(sent('TagResource')).toContainEqual({
    resourceArn: 'arn:aws:ecs:us-east-1:123456789012:service/main/dev-api',
    tags: [{ key: 'team', value: 'web' }],
  });
  expect(logLinesOf(host).filter((line) => /enableExecute|GracePeriod|team/.test(line))).toEqual([
    'info: - enableExecuteCommand: false',
    'info: + enableExecuteCommand: true',
    'info:   enableExecuteCommand: takes effect with later tasks',
    'info: - healthCheckGracePeriodSeconds: 0',
    'info: + healthCheckGracePeriodSeconds: 30',
    'info:   healthCheckGracePeriodSeconds: takes effect at once',
    'info: + tags.team: "web"',
  ]);
});

test('a service that does not exist is created with its first count, and followed', async () => {
  await createShop();
  const files = shopFiles(
    shop.replace(
      'edge: { ',
      'new: { taskDefinition: edge.json, wave: 5, desiredCount: { initial: 3 }, service: { enableExecuteCommand: true } }\n  edge: { ',
    ),
  );
  const { result } = await deployShop({}, { files });
  expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED', created: '["dev-new"]' } });
  expect(sent('CreateService').at(-1)).toEqual({
    clientToken: expect.any(String),
    cluster: 'main',
    serviceName: 'dev-new',
    taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/dev-edge:2',
    desiredCount: 3,
    enableExecuteCommand: true,
    tags: [{ key: 'landfall:manifest', value: 'shop/dev' }],
  });
  expect(scenario.sandbox.ecs.truth('main', 'dev-new')?.live?.taskDefinition).toMatch(/dev-edge:2$/);
  const again = await deployShop({ services: 'new' }, { files });
  expect(again.result).toMatchObject({ exitCode: 0, outputs: { verdict: 'NOOP', created: '[]' } });
});

test('what this run created stays when the others are rolled back, and the log says so', async () => {
  await createShop({ taskRules: [failing('edge')] });
  const files = shopFiles(
    shop.replace('edge: { ', 'new: { taskDefinition: api.json, desiredCount: 1 }\n  edge: { '),
  );
  const { result, host } = await deployShop({ 'on-failure': 'rollback' }, { files });
  expect(result).toMatchObject({ exitCode: 1, outputs: { created: '["dev-new"]' } });
  expect(live()).toMatchObject(version(1, 'api', 'web', 'worker'));
  expect(logLinesOf(host)).toContain('notice: dev-new is not rolled back: this run created it');
});

test.each([
  [
    'edge: { service: { schedulingStrategy: DAEMON }, ',
    'SERVICE_NEEDS_RECREATION',
    'dev-edge cannot become what services.edge.service of landfall.yml says: ECS sets schedulingStrategy only when a service is created',
  ],
  [
    'new: { taskDefinition: edge.json }\n  edge: { ',
    'MANIFEST_INVALID',
    'services.new needs desiredCount, such as { initial: 1 }, to be created: dev-new does not exist in cluster main',
  ],
])('%j is refused before anything is written', async (service, code, summary) => {
  await createShop();
  const created = sent('CreateService').length;
  const { result } = await deployShop({}, { files: shopFiles(shop.replace('edge: { ', service)) });
  expect(result).toMatchObject({ error: { code, summary } });
  expect(writes()).toEqual([]);
  expect(sent('CreateService')).toHaveLength(created);
});

import { expect, test } from '@jest/globals';
import { loadOperation } from '@landfall/core/operations/index';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Between, loggedBy } from '../scenario/scenario.ts';

const operation = await loadOperation('delete-service');
const remove = (inputs: Readonly<Record<string, string>> = {}, more: object = {}) =>
  scenario.begin({ 'task-definition': '', ...inputs }, { operation, ...more }).done;

const statusOf = async (name = 'web') => {
  const { services } = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
    cluster: 'main',
    services: [name],
  })) as { services: { status: string; runningCount: number }[] };
  return services[0] && `${services[0].status} ${services[0].runningCount}`;
};
const written = (...operations: string[]) =>
  scenario.sandbox
    .journal()
    .filter(({ operation: name }) => operations.includes(name ?? ''))
    .map(({ input }) => input);

test('a service is scaled to zero, deleted, and green once it is INACTIVE and none of its tasks runs', async () => {
  await createScenario();
  const { result, host } = await remove();
  expect({ result, host }).toEnd(0);
  expect(loggedBy(host)).toEqual([
    'info: web in cluster main is ACTIVE with 2 running tasks',
    'info: web: desired count 2 → 0',
    'info: web: deletion requested',
    'info: ✓ web is deleted, and no task of it runs',
  ]);
  expect(result.outputs).toEqual({
    'service-arn': 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
    deleted: 'true',
  });
  expect(await statusOf()).toBe('INACTIVE 0');
  expect(written('UpdateService', 'DeleteService')).toEqual([
    { cluster: 'main', service: 'web', desiredCount: 0 },
    { cluster: 'main', service: 'web' },
  ]);
});

test('with force it is deleted at once, and its tasks are followed until they have stopped', async () => {
  await createScenario();
  const { result } = await remove({ force: 'true' });
  expect(result.exitCode).toBe(0);
  expect(await statusOf()).toBe('INACTIVE 0');
  expect(written('UpdateService', 'DeleteService')).toEqual([
    { cluster: 'main', service: 'web', force: true },
  ]);
});

test('a service that ECS does not show is refused', async () => {
  await createScenario();
  const { result } = await remove({ service: 'wbe' });
  expect(result.error).toMatchObject({
    code: 'NOT_FOUND',
    summary: 'service wbe was not found in cluster main (region us-east-1): there is nothing to delete',
  });
});

test('one that is INACTIVE already is left as it is', async () => {
  await createScenario();
  await remove();
  const { result, host } = await remove();
  expect(result.outputs).toMatchObject({ deleted: 'false' });
  expect(loggedBy(host).at(-1)).toBe('info: ✓ web is INACTIVE already, and no task of it runs');
  expect(written('DeleteService')).toHaveLength(1);
});

test('one that is INACTIVE already is not green before the last of its tasks has stopped', async () => {
  await createScenario({ timing: { stopping: 60_000 } });
  await scenario.begin(
    { 'task-definition': '', force: 'true' },
    { operation, killAt: { call: 'deleteService', when: 'after' } },
  ).killed;
  // ECS calls it INACTIVE while its tasks are still stopping, and lists none of a service that is.
  const between: Between = async ({ operation: name, input }, send) => {
    const answer = await send(
      name === 'ListTasks' && input.serviceName ? { ...input, family: 'none' } : input,
    );
    if (name !== 'DescribeServices') return answer;
    const { services } = answer as { services: object[] };
    return { services: services.map((one) => ({ ...one, status: 'INACTIVE' })), failures: [] };
  };
  const begun = scenario.clock.elapsed();
  const { result } = await remove({}, { between });
  expect(result.outputs).toMatchObject({ deleted: 'false' });
  expect(scenario.clock.elapsed() - begun).toBeGreaterThan(50_000);
});

test('one that cannot be read until the end is not called timed out', async () => {
  await createScenario();
  scenario.sandbox.fault({
    service: 'ecs',
    operation: 'DescribeServices',
    from: 3,
    fault: { kind: 'error', code: 'ServerException' },
  });
  const { result } = await remove({ 'wait-timeout': '1m' });
  expect(result).toMatchObject({
    exitCode: 5,
    error: {
      code: 'VERDICT_UNKNOWN',
      summary: expect.stringMatching(
        /^web: whether it is deleted is not known: ecs:DescribeServices got a server error/,
      ),
    },
  });
});

test('a run that was killed is resumed, and nothing is sent twice', async () => {
  await createScenario();
  await scenario.begin(
    { 'task-definition': '', force: 'true' },
    { operation, killAt: { call: 'deleteService', when: 'after' } },
  ).killed;
  const { result } = await remove({ force: 'true' });
  expect(result.outputs).toMatchObject({ deleted: 'true' });
  expect(written('DeleteService')).toHaveLength(1);
});

test('a count that auto scaling raises again ends the step, and the service stays', async () => {
  await createScenario();
  for (const at of [1000, 20_000, 60_000]) scenario.scaleAt(at, 3);
  const { result } = await remove();
  expect(result.error).toMatchObject({
    code: 'SUPERSEDED',
    summary: 'web is not deleted: its desired count was set to 0 and is 3 now',
  });
  expect(await statusOf()).toMatch(/^ACTIVE/);
});

test('another service of the name that was created since is not taken for it', async () => {
  await createScenario();
  const { result } = await remove(
    {},
    {
      between: async (
        { operation: name, input }: { operation: string; input: object },
        send: (sent: object) => Promise<unknown>,
      ) => {
        const answer = await send(input);
        if (name === 'DeleteService') {
          await scenario.clock.sleep(60_000);
          await scenario.sandbox.dispatch('ecs', 'CreateService', {
            cluster: 'main',
            serviceName: 'web',
            taskDefinition: 'web:1',
            desiredCount: 1,
          });
        }
        return answer;
      },
    },
  );
  expect(result.error).toMatchObject({
    code: 'SUPERSEDED',
    summary: 'web was deleted, and someone else has created another service of that name since',
  });
});

test('a dry run sends nothing', async () => {
  await createScenario();
  const { host } = await remove({ 'dry-run': 'true' });
  expect(loggedBy(host)).toEqual([
    'info: web in cluster main is ACTIVE with 2 running tasks: it would be deleted',
  ]);
  expect(written('UpdateService', 'DeleteService')).toEqual([]);
});

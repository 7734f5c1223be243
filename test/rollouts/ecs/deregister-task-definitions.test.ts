import { expect, test } from '@jest/globals';
import { loadOperation } from '@landfall/core/operations/index';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Between, loggedBy } from '../scenario/scenario.ts';

const operation = await loadOperation('deregister-task-definitions');
const none = { service: '', cluster: '', 'task-definition': '' };
const deregister = (inputs: Readonly<Record<string, string>> = {}, more: object = {}) =>
  scenario.begin({ ...none, family: 'web', keep: '2', ...inputs }, { operation, ...more }).done;

const arn = (revision: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${revision}`;
const active = async () => {
  const { taskDefinitionArns } = (await scenario.sandbox.dispatch('ecs', 'ListTaskDefinitions', {
    familyPrefix: 'web',
  })) as { taskDefinitionArns: string[] };
  return taskDefinitionArns;
};
/** The service runs web:1; six more revisions follow it. */
const sevenRevisions = async () => {
  await createScenario();
  for (let version = 2; version <= 7; version += 1) await scenario.register('web', version);
};

test('all but the newest are deregistered, and what a service runs stays', async () => {
  await sevenRevisions();
  const { result, host } = await deregister();
  expect({ result, host }).toEnd(0);
  expect(loggedBy(host)).toEqual([
    'info: web:1 stays: service web in cluster main uses it',
    'info: web: 7 active revisions, 4 to be deregistered',
    'info: - web:5',
    'info: - web:4',
    'info: - web:3',
    'info: - web:2',
    'info: ✓ 4 revisions of web are INACTIVE, 3 stay ACTIVE',
  ]);
  expect(result.outputs).toEqual({
    'in-use': JSON.stringify([arn(1)]),
    deregistered: JSON.stringify([5, 4, 3, 2].map(arn)),
  });
  expect(await active()).toEqual([1, 6, 7].map(arn));
});

test('what a running task of another cluster uses stays', async () => {
  await sevenRevisions();
  await scenario.sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'batch' });
  await scenario.sandbox.dispatch('ecs', 'RunTask', { cluster: 'batch', taskDefinition: 'web:3' });
  const { result } = await deregister();
  expect(JSON.parse(result.outputs['in-use'] ?? '')).toEqual([3, 1].map(arn));
  expect(await active()).toEqual([1, 3, 6, 7].map(arn));
});

test.each<[string, string, object, RegExp]>([
  [
    'DescribeTasks',
    'a task',
    { tasks: [], failures: [] },
    /^ECS does not show task [0-9a-f]{32} of cluster main, which ecs:ListTasks lists, so nothing was deregistered$/,
  ],
  [
    'DescribeServices',
    'a service',
    {
      services: [],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/main/web', reason: 'MISSING' }],
    },
    /^ECS does not show service web of cluster main, which ecs:ListServices lists, so nothing was deregistered$/,
  ],
])('nothing is deregistered where %s does not show %s that is listed', async (name, _, answer, summary) => {
  await sevenRevisions();
  const { result } = await deregister(
    {},
    {
      between: async ({ operation: call, input }: Parameters<Between>[0], send: Parameters<Between>[1]) =>
        call === name ? answer : send(input),
    },
  );
  expect(result.error).toMatchObject({ code: 'RESPONSE_INVALID', summary: expect.stringMatching(summary) });
  expect(await active()).toHaveLength(7);
});

test('nothing is deregistered where a cluster cannot be read', async () => {
  await sevenRevisions();
  scenario.sandbox.fault({
    operation: 'ListTasks',
    fault: { kind: 'error', code: 'AccessDeniedException', message: 'no' },
  });
  const { result } = await deregister();
  expect(result.error).toMatchObject({ code: 'ACCESS_DENIED' });
  expect(await active()).toHaveLength(7);
});

test('an answer that is lost is looked for, not repeated', async () => {
  await sevenRevisions();
  scenario.sandbox.fault({
    operation: 'DeregisterTaskDefinition',
    count: 1,
    fault: { kind: 'reset', effect: 'applied' },
  });
  const { result } = await deregister({ keep: '5' });
  expect(result.exitCode).toBe(0);
  const sent = scenario.sandbox.journal().filter((one) => one.operation === 'DeregisterTaskDefinition');
  expect(sent).toHaveLength(1);
});

test('a dry run names what would go', async () => {
  await sevenRevisions();
  const { host } = await deregister({ 'dry-run': 'true', keep: '5' });
  expect(loggedBy(host)).toEqual([
    'info: web:1 stays: service web in cluster main uses it',
    'info: web: 7 active revisions, 1 would be deregistered',
    'info: - web:2',
  ]);
  expect(await active()).toHaveLength(7);
});

test('a family without a revision is refused', async () => {
  await createScenario();
  const { result } = await deregister({ family: 'wbe' });
  expect(result.error).toMatchObject({
    code: 'NOT_FOUND',
    summary: 'family wbe has no active revision in us-east-1',
  });
});

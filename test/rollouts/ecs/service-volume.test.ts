import { expect, test } from '@jest/globals';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { balanced, CodeDeployed, rollsBack } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import { loggedBy, taskDefinitionOf } from '../scenario/scenario.ts';

const files = {
  'volume.json': JSON.stringify({
    ...taskDefinitionOf('web', 2),
    volumes: [{ name: 'data', configuredAtLaunch: true }],
  }),
};
const roleArn = 'arn:aws:iam::123456789012:role/volumes';
const volume = (sizeInGiB: number) => ({
  'task-definition': 'volume.json',
  'service-managed-ebs-volume-name': 'data',
  'service-managed-ebs-volume': JSON.stringify({ roleArn, sizeInGiB }),
});
const configurations = () =>
  scenario.sandbox
    .journal()
    .filter(({ operation }) => operation === 'UpdateService')
    .map(({ input }) => (input as { volumeConfigurations?: unknown }).volumeConfigurations);

test('the EBS volume of a service is set once, another one is deployed, and absent inputs change nothing', async () => {
  await createScenario();
  const verdictOf = async (inputs: Readonly<Record<string, string>>) =>
    (await scenario.deploy(inputs, files)).result.outputs.verdict;
  expect(await verdictOf(volume(10))).toBe('SUCCEEDED');
  expect(await verdictOf(volume(10))).toBe('NOOP');
  expect(await verdictOf(volume(20))).toBe('SUCCEEDED');
  expect(await verdictOf({ 'task-definition': 'volume.json', 'force-new-deployment': 'true' })).toBe(
    'SUCCEEDED',
  );
  const managed = (sizeInGiB: number) => [{ name: 'data', managedEBSVolume: { roleArn, sizeInGiB } }];
  expect(await verdictOf({ 'service-managed-ebs-volume': '{}' })).toBe('SUCCEEDED');
  expect(configurations()).toEqual([managed(10), managed(20), undefined, []]);
});

test('a task definition without that volume takes it from the service', async () => {
  await createScenario();
  for (const inputs of [volume(10), { 'task-definition': 'v3.json' }])
    expect((await scenario.deploy(inputs, files)).result.outputs.verdict).toBe('SUCCEEDED');
  expect(configurations().slice(-1)).toEqual([[]]);
});

test('a service that is rolled back gets the volumes that it had', async () => {
  await createScenario({
    services: { web: {}, worker: {} },
    taskRules: [{ match: { image: 'worker:2' }, outcome: { kind: 'exit', code: 3, after: 2000 } }],
  });
  const worker = {
    'worker.json': JSON.stringify({
      ...taskDefinitionOf('worker', 2),
      volumes: [{ name: 'data', configuredAtLaunch: true }],
    }),
  };
  const { result } = await scenario.deploy(
    {
      ...volume(10),
      service: '',
      services: 'web=volume.json\nworker=worker.json after web',
      'on-failure': 'rollback',
    },
    { ...files, ...worker },
  );
  expect(result.exitCode).toBe(1);
  expect(configurations().slice(-1)).toEqual([[]]);
  expect(scenario.serving()).toEqual(['web:1 2']);
});

const rollBack = (to = '') =>
  scenario.begin({ 'task-definition': to }, { operation: rollbackService, run: { origin: 'rollback' } }).done;

test('rollback-service restores the EBS volume that the earlier version had', async () => {
  await createScenario();
  for (const inputs of [volume(10), { 'task-definition': 'v3.json' }])
    expect((await scenario.deploy(inputs, files)).result.outputs.verdict).toBe('SUCCEEDED');
  expect(await rollBack()).toEnd('SUCCEEDED 0');
  expect(configurations().slice(-1)).toEqual([
    [{ name: 'data', managedEBSVolume: { roleArn, sizeInGiB: 10 } }],
  ]);
});

test('rollback-service removes the EBS volume that the earlier version did not have', async () => {
  await createScenario();
  expect((await scenario.deploy(volume(10), files)).result.outputs.verdict).toBe('SUCCEEDED');
  expect(await rollBack()).toEnd('SUCCEEDED 0');
  expect(configurations().slice(-1)).toEqual([[]]);
});

test('rollback-service reports that it cannot see the EBS volume that the earlier version had', async () => {
  await createScenario();
  for (const inputs of [volume(10), { 'task-definition': 'v3.json' }]) await scenario.deploy(inputs, files);
  scenario.sandbox.fault({
    service: 'ecs',
    operation: 'DescribeServiceRevisions',
    fault: { kind: 'error', code: 'AccessDeniedException' },
  });
  const { result, host } = await rollBack('web:2');
  expect(result.error?.summary).toContain('A volume configuration must be given for data');
  expect(loggedBy(host)).toContain(
    'warning: web: ECS does not report the EBS volume that web:2 had: that of the service is left as it is',
  );
});

test.each([
  [
    { 'service-managed-ebs-volume-name': 'data' },
    'service-managed-ebs-volume is required with service-managed-ebs-volume-name',
  ],
  [
    { 'service-managed-ebs-volume': JSON.stringify({ roleArn }) },
    'service-managed-ebs-volume-name is required with service-managed-ebs-volume',
  ],
  [
    { 'service-managed-ebs-volume-name': 'data', 'service-managed-ebs-volume': '{"sizeInGiB": 10}' },
    'service-managed-ebs-volume has no "roleArn"',
  ],
  [
    {
      'service-managed-ebs-volume-name': 'data',
      'service-managed-ebs-volume': JSON.stringify({ roleArn, volumeType: 'io2', throughput: 500 }),
    },
    'service-managed-ebs-volume has "throughput", which only the volume type gp3 takes, not io2',
  ],
  [
    { 'service-managed-ebs-volume-name': 'date', 'service-managed-ebs-volume': JSON.stringify({ roleArn }) },
    'service-managed-ebs-volume-name is date (did you mean "data"?), but web configures only data at launch (configuredAtLaunch)',
  ],
])('%j is refused before anything is written', async (inputs, summary) => {
  await createScenario();
  const { result } = await scenario.deploy({ 'task-definition': 'volume.json', ...inputs }, files);
  expect(result).toMatchObject({ exitCode: 2, error: { code: 'INPUT_INVALID', summary } });
  expect(configurations()).toEqual([]);
});

test('a service that CodeDeploy deploys takes no EBS volume', async () => {
  await createScenario({ services: { web: balanced } });
  await new CodeDeployed(scenario).group(rollsBack);
  const { result } = await scenario.deploy(volume(10), files);
  expect(result.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary:
      'service-managed-ebs-volume cannot be set for web: ECS attaches EBS volumes only to services with the ECS deployment controller, not CODE_DEPLOY',
  });
});

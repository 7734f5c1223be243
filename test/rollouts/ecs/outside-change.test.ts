import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import type { CreateSecretResponse, PutSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import { deployService } from '@landfall/core/operations/deploy-service';
import { planService } from '@landfall/core/operations/plan-service';
import { ByTaskSets } from '../scenario/by-task-sets.ts';
import { balanced, CodeDeployed } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Scenario, type ScenarioOptions, taskDefinitionOf } from '../scenario/scenario.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const inputs = { 'task-definition': 'secret.json' };

/** `web` with an image that never changes, and what its container takes besides. */
const fileWith = (more: object) => {
  const definition = taskDefinitionOf('web', 2);
  const [container] = definition.containerDefinitions;
  return JSON.stringify({
    ...definition,
    containerDefinitions: [{ ...container, image: `example/web@${digest}`, ...more }],
  });
};
const secretsFrom = (...valueFrom: string[]) => ({
  secrets: valueFrom.map((one, index) => ({ name: `SECRET_${index}`, valueFrom: one })),
});

const ask = (operation: string, input: object) =>
  scenario.sandbox.dispatch('secretsmanager', operation, input);
const createSecret = async (name: string): Promise<string> =>
  ((await ask('CreateSecret', { Name: name, SecretString: 'one' })) as CreateSecretResponse).ARN!;
const rotate = async (name = 'db') =>
  ((await ask('PutSecretValue', { SecretId: name, SecretString: 'two' })) as PutSecretValueResponse)
    .VersionId!;

const deploy = (files: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) =>
  scenario.deploy({ ...inputs, ...more }, files);
/** The calls since the last one was counted, without those that follow a deployment. */
const calls = () => scenario.sandbox.journal().map(({ service, operation }) => `${service}:${operation}`);
const updates = () =>
  scenario.sandbox.journal().filter(({ operation }) => operation === 'UpdateService').length;
/** The mark that a run leaves on the service while it forces a deployment. */
const forcingTags = async () => {
  const asked = { cluster: 'main', services: ['web'], include: ['TAGS'] };
  const answer = (await scenario.sandbox.dispatch(
    'ecs',
    'DescribeServices',
    asked,
  )) as DescribeServicesResponse;
  return (answer.services?.[0]?.tags ?? []).filter(({ key }) => key === 'landfall:forcing');
};
const outsideOf = (end: Awaited<ReturnType<Scenario['deploy']>>) =>
  JSON.parse(end.result.outputs['outside-changes']!) as { reason: string }[];

/** `web` runs with the secret `db`, deployed a while ago. Returns its ARN and the files of the job. */
async function running(options: ScenarioOptions = {}, suffix = '') {
  await createScenario(options);
  const arn = await createSecret('db');
  const files = { 'secret.json': fileWith(secretsFrom(`${arn}${suffix}`)) };
  expect((await deploy(files)).result.outputs.verdict).toBe('SUCCEEDED');
  await scenario.clock.sleep(600_000);
  return { arn, files };
}

describe('a secret', () => {
  test('that was rotated is deployed, and then there is nothing to do', async () => {
    const { arn, files } = await running();
    await rotate();
    const { result, host, deploymentsMade } = await deploy(files);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(deploymentsMade).toBe(2);
    expect(host.lines).toContainEqual(
      expect.stringMatching(
        /^info: web: secret arn:\S+:secret:db-\w{6} was changed on \S+Z, after the oldest running task was created \(\S+Z\), so a new deployment is needed$/,
      ),
    );
    expect(JSON.parse(result.outputs['outside-changes']!)).toMatchObject([
      { service: 'web', kind: 'secret', name: arn, containers: ['app'], status: 'changed' },
    ]);
    const after = await deploy(files);
    expect(after.result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
    expect(after.deploymentsMade).toBe(2);
  });

  test('that was rotated is a warning with on-outside-change: warn, every time', async () => {
    const { arn, files } = await running();
    await rotate();
    for (const _attempt of [1, 2]) {
      const end = await deploy(files, { 'on-outside-change': 'warn' });
      expect(end).toEnd('NOOP 0');
      expect(end.deploymentsMade).toBe(1);
      expect(outsideOf(end)).toMatchObject([{ name: arn, status: 'changed' }]);
      expect(end.host.lines).toContainEqual(
        expect.stringMatching(
          /^warning: web: secret \S+ was changed on .*; on-outside-change is warn, so it is not deployed$/,
        ),
      );
    }
  });

  test('that was rotated is planned as it would be deployed', async () => {
    const { arn, files } = await running();
    await rotate();
    const dry = await deploy(files, { 'dry-run': 'true' });
    expect(outsideOf(dry)).toMatchObject([{ name: arn, status: 'changed' }]);
    const planned = await scenario.begin(inputs, { files, operation: planService }).done;
    expect(planned.result.outputs).toMatchObject({ changes: 'true', 'starts-deployment': 'true' });
    expect(outsideOf(planned)).toMatchObject([{ name: arn, status: 'changed' }]);
  });

  test('that was rotated is deployed once, although the run was killed after its update and run again', async () => {
    const { files } = await running();
    await rotate();
    const before = updates();
    await scenario.begin(inputs, { files, killAt: { call: 'updateService', when: 'after' } }).killed;
    expect(await forcingTags()).toHaveLength(1);
    const { result, host } = await deploy(files);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(updates()).toBe(before + 1);
    expect(await forcingTags()).toEqual([]);
  });

  const twice = { ...inputs, 'force-new-deployment': 'true' };
  test.each([
    ['by force', { 'force-new-deployment': 'true' }],
    ['because it was rotated', {}],
  ])('that was rotated after a deployment %s that was killed: it is deployed again', async (_how, more) => {
    const { files } = await running();
    await rotate();
    const before = updates();
    await scenario.begin({ ...inputs, ...more }, { files, killAt: { call: 'updateService', when: 'after' } })
      .killed;
    await scenario.clock.sleep(600_000);
    await rotate();
    const killAt = { call: 'updateService', when: 'after' } as const;
    await scenario.begin({ ...inputs, ...more }, { files, killAt }).killed;
    expect(updates()).toBe(before + 2);
    const end = await deploy(files, more);
    expect(end).toEnd('SUCCEEDED 0');
    expect(updates()).toBe(before + 2);
    expect(await forcingTags()).toEqual([]);
    expect(outsideOf(end)).toEqual([]);
  });

  test('that was rotated after a forced deployment that was killed: a warning with on-outside-change: warn', async () => {
    const { arn, files } = await running();
    const killAt = { call: 'updateService', when: 'after' } as const;
    await scenario.begin(twice, { files, killAt }).killed;
    await scenario.clock.sleep(600_000);
    await rotate();
    const end = await deploy(files, { ...twice, 'on-outside-change': 'warn' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(2);
    expect(outsideOf(end)).toMatchObject([{ name: arn, status: 'changed' }]);
    expect(end.host.lines).toContainEqual(
      expect.stringMatching(
        /^warning: web: secret \S+ was changed on .*; on-outside-change is warn, so it is not deployed$/,
      ),
    );
  });

  test.each([
    ['the run that is run again reads', 'run-1', 2],
    ['another run reads', 'run-2', 1],
  ])(
    'that was rotated is deployed once, although %s the service as it was before the update',
    async (_who, origin, staleReads) => {
      const { files } = await running();
      await rotate();
      const before = updates();
      scenario.sandbox.ecs.setLag({ staleReads });
      await scenario.begin(inputs, { files, killAt: { call: 'updateService', when: 'after' } }).killed;
      const { result, host } = await scenario.begin(inputs, { files, run: { origin } }).done;
      expect({ result, host }).toEnd('SUCCEEDED 0');
      expect(updates()).toBe(before + 1);
    },
  );

  test('that was rotated is deployed once, although the run that is run again first reads what its own deployment has replaced', async () => {
    await createScenario();
    const files = { 'secret.json': fileWith(secretsFrom(await createSecret('db'))) };
    for (const operation of ['ListServiceDeployments', 'DescribeServiceDeployments'])
      scenario.sandbox.fault({
        operation,
        fault: { kind: 'error', code: 'AccessDeniedException', message: 'not authorized' },
      });
    const started = { ...inputs, 'wait-until': 'started' };
    await scenario.begin(started, { files, run: { origin: 'run-0' } }).done;
    await scenario.clock.sleep(4000);
    await rotate();
    const asked = { cluster: 'main', services: ['web'], include: ['TAGS'] };
    const earlier = await scenario.sandbox.dispatch('ecs', 'DescribeServices', asked);
    await scenario.begin(inputs, { files, killAt: { call: 'updateService', when: 'after' } }).killed;
    const before = updates();
    // The tasks of what it has replaced are stopped.
    await scenario.clock.sleep(2000);
    let isFirst = true;
    const end = await scenario.begin(inputs, {
      files,
      between: async ({ operation, input }, send) => {
        const answer = await send(input);
        if (operation !== 'DescribeServices' || !isFirst) return answer;
        isFirst = false;
        return earlier;
      },
    }).done;
    expect(end).toEnd('SUCCEEDED 0');
    expect(updates()).toBe(before);
    expect(end.live?.deploymentId).toBe(end.result.outputs['deployment-id']);
  });

  test('of which only the description was changed is no reason to deploy, and a warning: a label may have moved', async () => {
    const { arn, files } = await running();
    await ask('UpdateSecret', { SecretId: 'db', Description: 'The database' });
    const end = await deploy(files);
    expect(end.result.outputs.verdict).toBe('NOOP');
    expect(outsideOf(end)).toEqual([
      {
        service: 'web',
        kind: 'secret',
        name: arn,
        containers: ['app'],
        status: 'unknown',
        reason: expect.stringMatching(
          /^cannot tell whether secret \S+ has changed since the oldest running task was created: it was modified on \S+Z, and AWS does not report whether the label AWSCURRENT was moved to another version then$/,
        ),
      },
    ]);
    expect(end.host.lines.filter((line) => line.includes(arn))).toEqual([
      `warning: web: ${outsideOf(end)[0]!.reason}. Set force-new-deployment to deploy it anyway.`,
    ]);
  });

  test('that is taken by the id of a version cannot change, and is not read', async () => {
    await createScenario();
    const arn = await createSecret('db');
    const version = await rotate();
    const files = { 'secret.json': fileWith(secretsFrom(`${arn}:::${version}`)) };
    await deploy(files);
    await scenario.clock.sleep(600_000);
    await rotate();
    const end = await deploy(files);
    expect(end.result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
    expect(calls()).not.toContain('secretsmanager:DescribeSecret');
  });

  test.each<[string, string, string]>([
    ['secretsmanager:DescribeSecret', 'DescribeSecret', 'the caller lacks secretsmanager:DescribeSecret'],
    [
      'secretsmanager:ListSecretVersionIds',
      'ListSecretVersionIds',
      'the caller lacks secretsmanager:ListSecretVersionIds',
    ],
    ['ecs:ListTasks', 'ListTasks', 'the caller lacks ecs:ListTasks'],
  ])(
    'of which nothing is known without %s is a NOOP that names the action',
    async (action, operation, why) => {
      const { files } = await running();
      await rotate();
      scenario.sandbox.fault({
        service: action.split(':')[0]!,
        operation,
        fault: {
          kind: 'error',
          code: 'AccessDeniedException',
          message: `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ${action} on resource: *`,
        },
      });
      const end = await deploy(files);
      expect(end).toEnd('NOOP 0');
      expect(outsideOf(end)).toMatchObject([
        {
          status: 'unknown',
          reason: expect.stringMatching(
            new RegExp(
              `^cannot tell whether secret \\S+ has changed since the oldest running task was created: ${why}$`,
            ),
          ),
        },
      ]);
    },
  );

  test('that is unchanged costs one call, besides the two for the tasks', async () => {
    const { files } = await running();
    const before = calls().length;
    const { result } = await deploy(files);
    expect(result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
    expect(
      calls()
        .slice(before)
        .filter((name) => !/Service|TaskDefinition/.test(name)),
    ).toEqual(['ecs:ListTasks', 'ecs:DescribeTasks', 'secretsmanager:DescribeSecret']);
  });

  test('is asked about once, however many of its keys are taken', async () => {
    await createScenario();
    const { ARN: arn } = (await ask('CreateSecret', {
      Name: 'db',
      SecretString: '{"user":"a","password":"b"}',
    })) as CreateSecretResponse;
    const files = { 'secret.json': fileWith(secretsFrom(`${arn}:user::`, `${arn}:password::`)) };
    await deploy(files);
    await deploy(files);
    expect(calls().filter((name) => name === 'secretsmanager:DescribeSecret')).toHaveLength(1);
  });

  test('that is rotated while nothing runs is taken by the first task that starts: nothing to do', async () => {
    await createScenario({ services: { web: { desiredCount: 0 } } });
    const arn = await createSecret('db');
    const files = { 'secret.json': fileWith(secretsFrom(arn)) };
    await deploy(files);
    await scenario.clock.sleep(600_000);
    await rotate();
    const end = await deploy(files);
    expect(end.result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
  });
});

test('where ECS has no tags, a service is deployed without looking for the mark of an earlier attempt', async () => {
  const { files } = await running();
  await rotate();
  scenario.sandbox.fault({
    service: 'ecs',
    operation: 'DescribeServices',
    count: 1,
    fault: { kind: 'error', code: 'UnsupportedFeatureException', message: 'Tags are not supported.' },
  });
  const { result, host } = await deploy(files);
  expect({ result, host }).toEnd('SUCCEEDED 0');
});

describe('a parameter', () => {
  const put = (Value: string) =>
    scenario.sandbox.dispatch('ssm', 'PutParameter', {
      Name: '/prod/db',
      Type: 'SecureString',
      Value,
      Overwrite: true,
    });

  async function runningWithParameter() {
    await createScenario();
    await put('one');
    const files = { 'secret.json': fileWith(secretsFrom('/prod/db')) };
    expect((await deploy(files)).result.outputs.verdict).toBe('SUCCEEDED');
    await scenario.clock.sleep(600_000);
    return files;
  }

  test('that is unchanged is a NOOP', async () => {
    const files = await runningWithParameter();
    expect((await deploy(files)).result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
  });

  test('that was changed is deployed, and then there is nothing to do', async () => {
    const files = await runningWithParameter();
    await put('two');
    const end = await deploy(files);
    expect(end).toEnd('SUCCEEDED 0');
    expect(outsideOf(end)).toMatchObject([{ kind: 'parameter', name: '/prod/db', status: 'changed' }]);
    expect((await deploy(files)).result.outputs.verdict).toBe('NOOP');
    expect(calls().filter((name) => /^ssm:Get/.test(name))).toEqual([]);
  });
});

describe('an environment file', () => {
  const bucket = { Bucket: 'settings' };
  const put = (content: string) =>
    scenario.sandbox.dispatch('s3', 'PutObject', { ...bucket, Key: 'web.env', Body: btoa(content) });

  async function runningWithFile(options: ScenarioOptions = {}) {
    await createScenario(options);
    await scenario.sandbox.dispatch('s3', 'CreateBucket', bucket);
    await put('A=1');
    const environmentFiles = [{ type: 's3', value: 'arn:aws:s3:::settings/web.env' }];
    const files = { 'secret.json': fileWith({ environmentFiles }) };
    expect((await deploy(files)).result.outputs.verdict).toBe('SUCCEEDED');
    await scenario.clock.sleep(600_000);
    return files;
  }

  test('that was put again is deployed, and then there is nothing to do', async () => {
    const files = await runningWithFile();
    await put('A=2');
    const end = await deploy(files);
    expect(end).toEnd('SUCCEEDED 0');
    expect(outsideOf(end)).toMatchObject([
      { kind: 'file', name: 'arn:aws:s3:::settings/web.env', status: 'changed' },
    ]);
    expect((await deploy(files)).result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
  });

  test('that is gone could not be compared', async () => {
    const files = await runningWithFile();
    await scenario.sandbox.dispatch('s3', 'DeleteObject', { ...bucket, Key: 'web.env' });
    const end = await deploy(files);
    expect(end.result.outputs.verdict).toBe('NOOP');
    expect(outsideOf(end)).toMatchObject([
      {
        status: 'unknown',
        reason:
          'cannot tell whether file arn:aws:s3:::settings/web.env has changed since the oldest running task was created: it does not exist',
      },
    ]);
    expect(end.host.lines.filter((line) => line.includes('web.env'))).toEqual([
      'warning: web: cannot tell whether file arn:aws:s3:::settings/web.env has changed since the oldest running task was created: it does not exist. Set force-new-deployment to deploy it anyway.',
    ]);
  });

  test.each([
    ['may be read by the declared policy', (policy: string) => policy, 'SUCCEEDED', 'changed', ''],
    [
      'may not be read without s3:GetObject',
      (policy: string) => policy.replace('s3:GetObject', 's3:GetObjectAcl'),
      'NOOP',
      'unknown',
      'the caller lacks s3:GetObject',
    ],
  ])('%s', async (_name, change, verdict, status, why) => {
    const files = await runningWithFile();
    await put('A=2');
    const known = new Map([
      ['cluster', 'main'],
      ['service', 'web'],
    ]);
    const policy = change(iamPolicy(deployService, known));
    const { accessKeyId } = scenario.sandbox.addPrincipal({ policy: JSON.parse(policy) });
    const end = await scenario.begin(inputs, { files, accessKeyId }).done;
    expect(end.result.outputs.verdict).toBe(verdict);
    expect(outsideOf(end)).toMatchObject([{ status, reason: expect.stringContaining(why) }]);
  });
});

describe('a secret of a service that another controller deploys', () => {
  /** Deploys version 2 with a secret, lets time pass and rotates it. */
  async function rotated() {
    const files = { 'secret.json': fileWith(secretsFrom(await createSecret('db'))) };
    expect((await deploy(files)).result.outputs.verdict).toBe('SUCCEEDED');
    await scenario.clock.sleep(600_000);
    expect((await deploy(files)).result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
    await rotate();
    return files;
  }

  test('CODE_DEPLOY: is deployed by CodeDeploy, and then there is nothing to do', async () => {
    await createScenario({ services: { web: balanced } });
    const codeDeployed = new CodeDeployed(scenario);
    await codeDeployed.group();
    const files = await rotated();
    const { result, host } = await deploy(files);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect((await codeDeployed.truth()).made).toHaveLength(2);
    expect((await deploy(files)).result.outputs.verdict).toBe('NOOP');
  });

  test('EXTERNAL: is deployed by a new task set, and then there is nothing to do', async () => {
    await createScenario({ services: { web: { deploymentController: { type: 'EXTERNAL' } } } });
    const external = new ByTaskSets(scenario);
    await external.makeLive();
    const files = await rotated();
    const { result, host } = await deploy(files);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect((await external.sets()).at(-1)).toBe('web:2 PRIMARY');
    expect((await deploy(files)).result.outputs.verdict).toBe('NOOP');
  });

  test('Express: is deployed once, and then there is nothing to do', async () => {
    await createScenario({ express: {}, services: {} });
    const arn = await createSecret('db');
    const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const express = (more: Readonly<Record<string, string>> = {}) =>
      scenario.begin(
        {
          service: '',
          'task-definition': '',
          'service-name': 'web',
          image: `example/web@${digest}`,
          secrets: `DB=${arn}`,
          'execution-role-arn': role('execution'),
          'infrastructure-role-arn': role('infrastructure'),
          ...more,
        },
        { operation: deployExpressService },
      ).done;
    expect((await express()).result.outputs.verdict).toBe('SUCCEEDED');
    await scenario.clock.sleep(600_000);
    expect((await express()).result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
    await rotate();
    const warned = await express({ 'on-outside-change': 'warn' });
    expect(warned.result.outputs.verdict).toBe('NOOP');
    const end = await express();
    expect(end).toEnd('SUCCEEDED 0');
    expect(outsideOf(end)).toMatchObject([{ kind: 'secret', name: arn, status: 'changed' }]);
    expect((await express()).result.outputs.verdict).toBe('NOOP');
  });
});

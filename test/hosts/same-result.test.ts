import { expect, test } from '@jest/globals';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { integer, text } from '@landfall/core/inputs/kinds';
import { defineOperation } from '@landfall/core/operation/operation';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { hostNames } from '@landfall/hosts/detect-host';
import { onHost } from '@landfall/hosts/testing/on-host';
import { runReported } from '@landfall/report/run-reported';

const operation = defineOperation({
  name: 'count',
  title: 'Count',
  description: 'Counts.',
  promises: [],
  inputs: {
    cluster: text({ description: 'Cluster.', required: true }),
    'desired-count': integer({ min: 0, max: 10 }, { description: 'Count.', default: '1' }),
  },
  outputs: { 'task-arn': { description: 'The task.' } },
  permissions: [],
  errors: [],
  branding: { icon: 'hash', color: 'blue' },
  async run({ inputs, output, record }) {
    await output('task-arn', `arn:${inputs.cluster}/it's $HOME`);
    record.note({ verdict: 'FAILED' });
    if (inputs.desiredCount === 0) throw new LandfallError('TASK_FAILED', { summary: 'web exited with 1' });
  },
});

const on = async (name: (typeof hostNames)[number], inputs: Record<string, string>) => {
  const place = await onHost(name, { inputs });
  const world = fakeWorld();
  const { host: _name, run: _run, ...result } = await runReported(operation, { ...world, host: place.host });
  return { ...result, handed: place.output('task-arn') };
};

test.each([
  [{ cluster: 'prod' }, 0, undefined],
  [{ cluster: 'prod', 'desired-count': '0' }, 1, 'TASK_FAILED'],
  [{ clster: 'prod', 'desired-count': 'two' }, 2, 'INPUT_INVALID'],
])('H05: %j has the same result, outputs and exit code on every host', async (inputs, exitCode, code) => {
  const [first, ...others] = await Promise.all(
    hostNames.map((name) => on(name, inputs as Record<string, string>)),
  );
  expect(first).toMatchObject({ exitCode });
  expect(first?.error?.code).toBe(code);
  for (const other of others) expect(other).toEqual(first);
});

test('H01: the work is done and its output printed although it cannot be passed on, and the exit code is not 0', async () => {
  const { host, log } = await onHost('github', {
    env: { GITHUB_OUTPUT: '/nowhere' },
    inputs: { cluster: 'prod' },
  });
  const result = await runReported(operation, { ...fakeWorld(), host });
  expect(result).toMatchObject({
    ok: false,
    exitCode: 1,
    outputs: { 'task-arn': "arn:prod/it's $HOME" },
    error: {
      code: 'HOST_OUTPUT_FAILED',
      summary: 'task-arn could not be passed on: GITHUB_OUTPUT (/nowhere) cannot be written (ENOENT)',
    },
  });
  expect(log()).toContain("output task-arn: arn:prod/it's $HOME\n");
});

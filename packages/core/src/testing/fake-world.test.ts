import { expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { text } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';
import { fakeWorld } from './fake-world.ts';

const greet = defineOperation({
  name: 'greet',
  title: 'Greet',
  description: 'Greets the account.',
  promises: [],
  inputs: { 'whom-to': text({ description: 'Whom.', required: true }) },
  outputs: { greeting: { description: 'The greeting.' } },
  permissions: [],
  errors: [],
  branding: { icon: 'sun', color: 'blue' },
  run: async ({ inputs, world, output }) => {
    const { Account } = await (await world.aws.sts()).getCallerIdentity({});
    await world.clock.sleep(60_000);
    world.host.log.info(`hello\n::error::${inputs.whomTo} of ${Account}`);
    await output('greeting', `hello ${inputs.whomTo}`);
  },
});

test('a fake world runs an operation, keeps what it did, and takes no time', async () => {
  const world = fakeWorld({
    inputs: { 'whom-to': 'web' },
    aws: { sts: { getCallerIdentity: async () => ({ Account: '012345678901' }) } },
  });
  const result = await runReported(greet, world);
  expect(result).toMatchObject({
    operation: 'greet',
    ok: true,
    outputs: { greeting: 'hello web' },
    calls: { 'sts:GetCallerIdentity': 1 },
    milliseconds: 60_000,
  });
  expect(world.host.lines).toEqual(['info: hello', 'info: : :error::web of 012345678901']);
  expect(world.requests).toEqual([{ operation: 'sts:GetCallerIdentity', input: {} }]);
});

test('a call that the test did not foresee fails it by name', async () => {
  const result = await runReported(greet, fakeWorld({ inputs: { 'whom-to': 'web' } }));
  expect(result.error?.summary).toBe('sts:GetCallerIdentity was called, and this test gave no answer for it');
});

test('a masked value is in no line of the fake log', async () => {
  const { host } = fakeWorld();
  host.mask('correct horse\nab');
  await host.log.group('with correct horse', async () => host.log.output('a correct horse, ab'));
  expect(host.entries).toEqual([
    {
      level: 'warning',
      text: 'a secret has a part shorter than 8 characters, which is not masked',
      groups: [],
    },
    { level: 'output', text: 'a ***, ab', groups: ['with ***'] },
  ]);
});

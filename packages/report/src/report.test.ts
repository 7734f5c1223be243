import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { text } from '@landfall/core/inputs/kinds';
import { defineOperation } from '@landfall/core/operation/operation';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from './run-reported.ts';

const operation = (run: () => Promise<void> = async () => {}) =>
  defineOperation({
    name: 'greet',
    title: 'Greet',
    description: 'Greets a service.',
    promises: [],
    inputs: {
      cluster: text({ description: 'The cluster.', required: true }),
      service: text({ description: 'The service.', required: true }),
    },
    outputs: {},
    permissions: [],
    errors: [],
    branding: { icon: 'sun', color: 'blue' },
    run,
  });

const annotationsOf = async (inputs: Record<string, string>, run?: () => Promise<void>) => {
  const world = fakeWorld({ inputs });
  await runReported(operation(run), world);
  return world.host.annotations;
};
const given = { cluster: 'main', service: 'web' };

describe('the annotation of a failed step', () => {
  test('names the refused input and the reason', async () => {
    expect(await annotationsOf({ cluster: 'main' })).toEqual([
      {
        level: 'error',
        title: 'INPUT_INVALID',
        message: 'service is required\n→ Correct the inputs listed; nothing was changed.',
      },
    ]);
  });

  test('names every refused input, with its reason', async () => {
    expect(await annotationsOf({})).toEqual([
      {
        level: 'error',
        title: 'INPUT_INVALID',
        message:
          '2 inputs are invalid: cluster, service\n' +
          '  cluster is required\n' +
          '  service is required\n' +
          '→ Correct the inputs listed; nothing was changed.',
      },
    ]);
  });

  test('contains the cause, and how many more lines the log has', async () => {
    const details = Array.from({ length: 12 }, (_, at) => `line ${at + 1}`);
    const [annotation] = await annotationsOf(given, async () => {
      throw new LandfallError('ROLLED_BACK', { summary: 'web is not live', remedy: 'Fix it.', details });
    });
    expect(annotation?.message).toBe(
      [
        'web is not live',
        ...details.slice(0, 10).map((line) => `  ${line}`),
        '  … 2 more lines in the log',
        '→ Fix it.',
      ].join('\n'),
    );
  });
});

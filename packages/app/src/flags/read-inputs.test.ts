import { expect, test } from '@jest/globals';
import { boolean, list } from '@landfall/core/inputs/kinds';
import { defineOperation } from '@landfall/core/operation/operation';
import { readInputs } from './read-inputs.ts';

const operation = defineOperation({
  name: 'build',
  title: 'Build',
  description: 'Builds.',
  promises: [],
  inputs: {
    'no-cache': boolean({ default: 'false', description: 'No cache.' }),
    tags: list({ description: 'Tags.' }),
  },
  outputs: {},
  permissions: [],
  errors: [],
  branding: { icon: 'box', color: 'blue' },
  run: async () => {},
});

test('an input whose name starts with "no-" is a flag of its own, not the opposite of another', () => {
  expect([...readInputs(operation as never, ['--no-cache'], {}).inputs]).toEqual([['no-cache', 'true']]);
  expect([...readInputs(operation as never, ['--no-cache', 'false'], {}).inputs]).toEqual([
    ['no-cache', 'false'],
  ]);
  expect([...readInputs(operation as never, ['--tags', 'a', '--tags', 'b'], {}).inputs]).toEqual([
    ['tags', 'a\nb'],
  ]);
});

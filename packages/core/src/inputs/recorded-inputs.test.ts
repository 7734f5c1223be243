import { expect, test } from '@jest/globals';
import { boolean, list, pairs, secret, text } from './kinds.ts';
import { recordedInputs } from './recorded-inputs.ts';

const definitions = {
  cluster: text({ description: 'The cluster.' }),
  context: text({ description: 'A folder, or the address of a repository.' }),
  note: text({ description: 'A note.', multiline: true }),
  wait: boolean({ description: 'Wait.' }),
  services: list({ description: 'The services.' }),
  labels: pairs({ description: 'The labels.' }),
  token: secret({ description: 'The token.' }),
  proxy: text({ description: 'The proxy.', sensitive: true }),
};

const recorded = (given: Readonly<Record<string, string>>) =>
  recordedInputs(definitions, new Map(Object.entries(given)));

test('shows the inputs of a single value that were given', () => {
  expect(recorded({ cluster: ' main ', wait: 'true', unknown: 'x' })).toEqual({
    cluster: 'main',
    wait: 'true',
  });
});

test.each([
  ['a secret', { token: 'x' }],
  ['an input that may carry one', { proxy: 'x' }],
  ['a list', { services: 'a, b' }],
  ['pairs', { labels: 'a=b' }],
  ['several lines', { note: 'a\nb' }],
  ['an address with a login', { context: 'https://user:x@example.com/repository.git' }],
])('omits %s', (_, given) => {
  expect(recorded(given)).toEqual({});
});

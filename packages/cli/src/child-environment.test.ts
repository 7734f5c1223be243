import { expect, test } from '@jest/globals';
import { childEnvironment } from './child-environment.ts';

test('a child process gets every variable but the inputs of the action', () => {
  const env = {
    PATH: '/bin',
    INPUT_SECRETS: 'token=x',
    'INPUT_BUILD-ARGS': 'A=1',
    INPUT_OF_A_BAKE_FILE: 'kept',
  };
  const inputs = new Map([
    ['secrets', 'token=x'],
    ['build-args', 'A=1'],
  ]);
  expect(childEnvironment(env, inputs)).toEqual({ PATH: '/bin', INPUT_OF_A_BAKE_FILE: 'kept' });
});

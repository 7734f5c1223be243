import { userInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { childEnvironment } from './world.ts';

test('a child process gets every variable but the inputs of the action', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/ci',
    INPUT_SECRETS: 'token=x',
    'INPUT_BUILD-ARGS': 'A=1',
    INPUT_OF_A_BAKE_FILE: 'kept',
  };
  const inputs = new Map([
    ['secrets', 'token=x'],
    ['build-args', 'A=1'],
  ]);
  expect(childEnvironment(env, inputs)).toEqual({
    PATH: '/bin',
    HOME: '/home/ci',
    INPUT_OF_A_BAKE_FILE: 'kept',
  });
});

test.each([{}, { HOME: '' }])('a job without a home (%j) has that of its user, as Docker sees it', (env) => {
  expect(childEnvironment(env, new Map(), () => '/root')).toEqual({ HOME: '/root' });
  expect(childEnvironment(env, new Map(), () => undefined)).toEqual(env);
  expect(childEnvironment(env, new Map())).toEqual({ HOME: userInfo().homedir });
});

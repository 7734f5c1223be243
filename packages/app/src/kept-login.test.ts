import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loginStateName, writeLoginState } from '@landfall/core/registry/login/login-state';
import { runState, stateFiles } from '@landfall/hosts/state/run-state';
import { keptLogin } from './kept-login.ts';

/** A login as ecr-login left it this many minutes ago. */
function logIn(temporary: string, name: string, minutesAgo: number) {
  const folder = join(temporary, `landfall-docker-config-${name}`);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'config.json'), '{}');
  const before = stateFiles(temporary, 'ecr-login');
  runState(temporary, { scope: 'ecr-login' }).save(
    loginStateName,
    writeLoginState({ folder, registries: [] }),
  );
  const state = stateFiles(temporary, 'ecr-login').find((file) => !before.includes(file))!;
  const time = Date.now() / 1000 - minutesAgo * 60;
  utimesSync(state, time, time);
  return { folder, state };
}

test('the last login that still exists is kept', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-kept-'));
  expect(keptLogin(temporary)).toBeUndefined();
  const old = logIn(temporary, 'old', 20);
  const last = logIn(temporary, 'last', 10);
  expect(keptLogin(temporary)?.folder).toBe(last.folder);
  // A login that failed leaves no configuration.
  rmSync(last.folder, { recursive: true });
  expect(keptLogin(temporary)?.folder).toBe(old.folder);
});

test('a note that is writable by others, or names another folder, is ignored', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-kept-'));
  const { state } = logIn(temporary, 'a', 1);
  chmodSync(state, 0o666);
  expect(keptLogin(temporary)).toBeUndefined();
  chmodSync(state, 0o600);
  writeFileSync(
    state,
    JSON.stringify({ [loginStateName]: writeLoginState({ folder: '/root/.docker', registries: [] }) }),
  );
  expect(keptLogin(temporary)).toBeUndefined();
});

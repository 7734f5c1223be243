import { chmodSync, mkdirSync, mkdtempSync, rmdirSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { detectHost, hostEnvironments, hostNames } from './detect-host.ts';
import { privateFolder } from './private-folder.ts';
import { runState } from './state/run-state.ts';

test.each([
  [{ GITHUB_ACTIONS: 'true', CODEBUILD_BUILD_ID: 'a:b' }, 'github'],
  [{ CIRCLECI: 'true' }, 'circleci'],
  [{ CODEBUILD_BUILD_ID: 'a:b' }, 'codebuild'],
  [{ CI: 'true' }, 'terminal'],
  [{}, 'terminal'],
])('%j is %s', (env, name) => {
  expect(detectHost(env)).toBe(name);
});

const placeIn = (temporary: string, env = {}) => ({ temporary, env, cwd: temporary });

test('the private folder is the same for every step, and never one that others can write', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-private-'));
  const folder = privateFolder(placeIn(temporary));
  expect(privateFolder(placeIn(temporary))).toBe(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(folder, 0o777);
  expect(privateFolder(placeIn(temporary))).not.toBe(folder);
});

test('the private folder is another for every job of a user, and the same in each folder of its checkout', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-private-'));
  for (const path of ['one/.git', 'one/service', 'two/.git'])
    mkdirSync(join(temporary, path), { recursive: true });
  const inCheckout = (path: string, env = {}) =>
    privateFolder({ temporary, env, cwd: join(temporary, path) });
  expect(inCheckout('one/service')).toBe(inCheckout('one'));
  expect(inCheckout('two')).not.toBe(inCheckout('one'));
});

// GitHub's runner has a folder for each job; a terminal has no jobs.
const withJobs = hostNames.filter((name) => name !== 'github' && name !== 'terminal');

test.each(withJobs)('the private folder on %s is that of the job, in whichever checkout', (name) => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-private-'));
  const { jobVariable = 'none is declared' } = hostEnvironments[name];
  const inJob = (job: string, checkout: string) =>
    privateFolder({ temporary, env: { [jobVariable]: job }, cwd: join(temporary, checkout) });
  expect(inJob('a', 'one')).toBe(inJob('a', 'two'));
  expect(inJob('a', 'one')).not.toBe(inJob('b', 'one'));
});

test('state is refused at once in a folder that takes none, such as /proc', () => {
  expect(() => runState('/proc', { scope: 'ecr-login' }).save('a', 'b')).toThrow(
    expect.objectContaining({
      code: 'HOST_OUTPUT_FAILED',
      summary: expect.stringMatching(
        /^\/proc\/landfall-state\/ecr-login-.* could not be written \(ENOENT\)$/,
      ),
    }),
  );
});

test('a link that someone put where the folder belongs is not followed', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-private-'));
  const folder = privateFolder(placeIn(temporary));
  rmdirSync(folder);
  mkdirSync(join(temporary, 'theirs'));
  symlinkSync(join(temporary, 'theirs'), folder);
  expect(privateFolder(placeIn(temporary))).toMatch(/\/landfall-[A-Za-z0-9]{6}$/);
});

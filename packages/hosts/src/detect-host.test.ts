import { chmodSync, mkdirSync, mkdtempSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { detectHost } from './detect-host.ts';
import { privateFolder } from './private-folder.ts';

test.each([
  [{ GITHUB_ACTIONS: 'true', CODEBUILD_BUILD_ID: 'a:b' }, 'github'],
  [{ CIRCLECI: 'true' }, 'circleci'],
  [{ CODEBUILD_BUILD_ID: 'a:b' }, 'codebuild'],
  [{ CI: 'true' }, 'terminal'],
  [{}, 'terminal'],
])('%j is %s', (env, name) => {
  expect(detectHost(env)).toBe(name);
});

test('the private folder is the same for every step, and never one that others can write', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-private-'));
  const folder = privateFolder(temporary);
  expect(privateFolder(temporary)).toBe(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(folder, 0o777);
  expect(privateFolder(temporary)).not.toBe(folder);
});

test('a link that somebody laid in its place is not followed', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'landfall-private-'));
  mkdirSync(join(temporary, 'theirs'));
  symlinkSync(join(temporary, 'theirs'), join(temporary, `landfall-${process.getuid?.() ?? 0}`));
  expect(privateFolder(temporary)).toMatch(/\/landfall-[A-Za-z0-9]{6}$/);
});

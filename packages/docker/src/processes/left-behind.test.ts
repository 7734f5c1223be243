import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { testUnless } from '../../../../test/runner/requirements.ts';
import { fakePrograms } from '../testing/fake-programs.ts';
import { endLeftBehind, noteProcess } from './left-behind.ts';

const linux = testUnless(process.platform === 'linux' ? undefined : 'processes are found in /proc of Linux');

linux('a program that a folder names is ended with what it started, once', async () => {
  await using programs = await fakePrograms();
  const child = spawn('/bin/sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  noteProcess(programs.folder, child.pid!);
  expect(await endLeftBehind(programs.folder)).toBe(true);
  expect(await ended).toBe('SIGKILL');
  expect(await endLeftBehind(programs.folder)).toBe(false);
});

linux('one that got the id of another later is left alone, and so is what a stranger wrote', async () => {
  await using programs = await fakePrograms();
  for (const text of [`${process.pid} 1`, '1', '-1 1', '0 0', '', 'x'.repeat(100_000)]) {
    writeFileSync(join(programs.folder, 'process'), text);
    expect(await endLeftBehind(programs.folder)).toBe(false);
  }
});

test('a folder that is gone names nothing', async () => {
  expect(await endLeftBehind('/nonexistent')).toBe(false);
});

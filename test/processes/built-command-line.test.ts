import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { builtCommandLine } from '../runner/built-actions.ts';

const run = promisify(execFile);

// The actions and the command line are one bundle, which exports what each of them starts with.
test('the built command line runs', async () => {
  const { stdout } = await run(process.execPath, [builtCommandLine(), 'version'], {
    env: { PATH: process.env.PATH },
  });
  expect(stdout.trim()).toBe('0.1.0');
});

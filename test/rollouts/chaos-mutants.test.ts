import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { mutants } from './chaos/mutants/mutants.ts';

/** In a process of its own, which may load the core broken: Jest has a loader of its own. */
test('the judge sees every way in which the core is broken', async () => {
  const program = new URL('./chaos/mutants/main.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program]);
  const seen = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; sees: string; seen?: string });
  expect(seen.map(({ name, sees, seen: what }) => ({ name, sees, isSeen: what !== undefined }))).toEqual(
    mutants.map(({ name, sees }) => ({ name, sees, isSeen: true })),
  );
}, 300_000);

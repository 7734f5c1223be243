import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { mutants } from './all.ts';
import type { Caught } from './mutant.ts';

/** In processes of their own, which may load the product broken: Jest has a loader of its own. */
async function huntIn(shard: string): Promise<readonly Caught[]> {
  const program = new URL('./main.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    program,
    '--json',
    '--shard',
    shard,
  ]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('the judge sees every defect that is put into the product', async () => {
  const caught = (await Promise.all(['1/2', '2/2'].map(huntIn))).flat();
  process.stdout.write(
    `${caught.map(({ name, sees, seed, what }) => `${sees} in timeline ${seed}: ${name} (${what})`).join('\n')}\n`,
  );
  expect(caught.filter(({ what }) => what === undefined).map(({ name }) => name)).toEqual([]);
  expect(caught).toHaveLength(mutants.length);
}, 900_000);

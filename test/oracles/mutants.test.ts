import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect } from '@jest/globals';
import { testUnless } from '../runner/requirements.ts';
import { copyRepository } from './copy.ts';
import { type Oracle, oracleMutants } from './mutants.ts';

let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'copy-'));
  await copyRepository(fileURLToPath(new URL('../../', import.meta.url)), copy);
});

const findsNothing = ({ argv: [program, ...argv] }: Oracle) =>
  new Promise<boolean>((resolve) => {
    execFile(program!, argv, { cwd: copy, maxBuffer: 1 << 26 }, (error) => resolve(!error));
  });

for (const { name, oracle, file, replace, by } of oracleMutants)
  testUnless(oracle.missing)(
    `${oracle.name}: ${name}`,
    async () => {
      expect(await findsNothing(oracle)).toBe(true);
      const path = join(copy, file);
      const source = await readFile(path, 'utf8');
      expect(source.split(replace).length - 1).toBe(1);
      await writeFile(
        path,
        source.replace(replace, () => by),
      );
      const survives = await findsNothing(oracle);
      await writeFile(path, source);
      expect(survives).toBe(false);
    },
    300_000,
  );

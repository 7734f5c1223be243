import { join } from 'node:path';
import { run } from '../tools/run.ts';
import { Failure, type Part } from './part.ts';

/** A program of the repository's own dependencies, which must end with 0. */
const program = (name: string, said: string, argv: (root: string) => readonly string[]): Part => ({
  name,
  async run(root) {
    const { code, output } = await run(process.execPath, argv(root), { cwd: root });
    if (code !== 0) throw new Failure(output);
    return said;
  },
});

const module = (root: string, path: string) => join(root, 'node_modules', path);

export const sourceParts: readonly Part[] = [
  program('format and lint', 'biome has nothing to say', (root) => [
    module(root, '@biomejs/biome/bin/biome'),
    'check',
    '--error-on-warnings',
    '.',
  ]),
  program('types', 'tsc has nothing to say', (root) => [
    module(root, 'typescript/bin/tsc'),
    '--noEmit',
    '-p',
    join(root, 'tsconfig.json'),
  ]),
  program('generated files', 'in step with the definitions', (root) => [
    join(root, 'packages/generator/src/main.ts'),
    '--check',
  ]),
];

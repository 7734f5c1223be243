import { join } from 'node:path';
import { run } from '../tools/run.ts';
import { Failure, type Part } from './part.ts';

/**
 * A program of the repository's own dependencies, which must exit with 0.
 * @param fix the command that fixes what it finds, where there is one
 */
const program = (
  name: string,
  passed: string,
  argv: (root: string) => readonly string[],
  fix?: string,
): Part => ({
  name,
  async run(root) {
    const { code, output } = await run(process.execPath, argv(root), { cwd: root });
    if (code !== 0) throw new Failure(fix ? `${output.trimEnd()}\n→ ${fix}` : output);
    return passed;
  },
});

const module = (root: string, path: string) => join(root, 'node_modules', path);

export const sourceParts: readonly Part[] = [
  program(
    'format and lint',
    'no problems found by biome',
    (root) => [module(root, '@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
    'npm run format fixes the format and what can be fixed safely',
  ),
  program('types', 'no problems found by tsc', (root) => [
    module(root, 'typescript/bin/tsc'),
    '--noEmit',
    '-p',
    join(root, 'tsconfig.json'),
  ]),
  program(
    'generated files',
    'in step with the definitions',
    (root) => [join(root, 'packages/generator/src/main.ts'), '--check'],
    'npm run generate writes them',
  ),
];

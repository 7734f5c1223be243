import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../tools/run.ts';
import { tool } from '../tools/tools.ts';
import { Failure, type Part } from './part.ts';

const filesIn = async (root: string, folder: string, pattern: RegExp) =>
  (await readdir(join(root, folder), { recursive: true }))
    .filter((path) => pattern.test(path))
    .map((path) => join(folder, path))
    .sort();

export const workflowParts: readonly Part[] = [
  {
    name: 'workflows (actionlint)',
    async run(root) {
      const [actionlint, shellcheck] = await Promise.all([
        tool(root, 'actionlint'),
        tool(root, 'shellcheck'),
      ]);
      const files = await filesIn(root, '.github/workflows', /\.ya?ml$/);
      const { code, output } = await run(actionlint, ['-no-color', '-shellcheck', shellcheck, ...files], {
        cwd: root,
      });
      if (code !== 0) throw new Failure(output);
      return `${files.length} workflows`;
    },
  },
  {
    name: 'workflows and actions (zizmor)',
    async run(root) {
      const zizmor = await tool(root, 'zizmor');
      const argv = [
        '--offline',
        '--persona=pedantic',
        '--no-progress',
        '--color=never',
        '.github',
        'actions',
      ];
      const { code, output } = await run(zizmor, argv, { cwd: root });
      if (code !== 0) throw new Failure(output);
      return 'pedantic, nothing found';
    },
  },
  {
    name: 'scripts (shellcheck)',
    async run(root) {
      const files = ['.ci/run', ...(await filesIn(root, 'orbs/landfall/src/scripts', /\.sh$/))];
      const { code, output } = await run(await tool(root, 'shellcheck'), ['--shell=bash', ...files], {
        cwd: root,
      });
      if (code !== 0) throw new Failure(output);
      return files.join(', ');
    },
  },
  {
    name: 'action metadata (schema)',
    async run(root) {
      const schemas = await tool(root, 'check-jsonschema');
      const files = await filesIn(root, 'actions', /(?:^|\/)action\.yml$/);
      const { code, output } = await run(schemas, ['--builtin-schema', 'vendor.github-actions', ...files], {
        cwd: root,
      });
      if (code !== 0) throw new Failure(output);
      return `${files.length} actions`;
    },
  },
];

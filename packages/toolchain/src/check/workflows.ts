import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManifestKind, parseProblems } from '../github/parse.ts';
import { run } from '../tools/run.ts';
import { tool } from '../tools/tools.ts';
import { Failure, failWith, type Part } from './part.ts';

const filesIn = async (root: string, folder: string, pattern: RegExp) =>
  (await readdir(join(root, folder), { recursive: true }))
    .filter((path) => pattern.test(path))
    .map((path) => join(folder, path))
    .sort();

export const workflowParts: readonly Part[] = [
  {
    name: "actions and workflows (GitHub's own parser)",
    async run(root) {
      const problems: string[] = [];
      const parseAll = async (kind: ManifestKind, files: readonly string[]) => {
        for (const file of files)
          problems.push(...(await parseProblems(kind, file, await readFile(join(root, file), 'utf8'))));
        return files.length;
      };
      const actions = await parseAll('action', await filesIn(root, 'actions', /(?:^|\/)action\.yml$/));
      const workflows = await parseAll('workflow', await filesIn(root, '.github/workflows', /\.ya?ml$/));
      failWith(problems);
      return `${actions} actions, ${workflows} workflows`;
    },
  },
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

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildspecProblems } from '../buildspec/problems.ts';
import { run } from '../tools/run.ts';
import { tool } from '../tools/tools.ts';
import { Failure, failWith, type Part } from './part.ts';

export const buildspecParts: readonly Part[] = [
  {
    name: 'buildspecs',
    async run(root) {
      const files = (await readdir(join(root, 'buildspec'))).filter((name) => name.endsWith('.yml')).sort();
      const problems: string[] = [];
      for (const file of files) {
        const text = await readFile(join(root, 'buildspec', file), 'utf8');
        problems.push(...buildspecProblems(text).map((problem) => `buildspec/${file}: ${problem}`));
      }
      failWith(problems);
      return files.join(', ');
    },
  },
  {
    name: 'templates (cfn-lint)',
    async run(root) {
      const folder = 'buildspec/codepipeline';
      const files = (await readdir(join(root, folder))).map((name) => join(folder, name)).sort();
      const { code, output } = await run(
        await tool(root, 'cfn-lint'),
        ['--non-zero-exit-code', 'warning', ...files],
        {
          cwd: root,
        },
      );
      if (code !== 0) throw new Failure(output);
      return `${files.length} templates`;
    },
  },
];

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { iamPolicyOfFlags } from '@landfall/app/commands/iam-policy';
import { trustPolicyOfFlags } from '@landfall/app/commands/trust-policy';
import { pipeline } from '@landfall/core/operations/pipeline';
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
      const made = await roleTemplates(join(root, 'node_modules/.cache/landfall-roles'));
      const files = [
        ...(await readdir(join(root, folder))).map((name) => join(folder, name)).sort(),
        ...made,
      ];
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

/** What `landfall iam-policy pipeline --trust … --format cloudformation` prints, by platform. */
async function roleTemplates(folder: string): Promise<readonly string[]> {
  const platforms = {
    github: '--trust-repository acme/web --trust-branches main',
    circleci:
      '--trust-organization c9035eb6-6eb2-4c85-8a81-d9ee6a1fa8c2 --trust-projects 00cc9634-9a1e-4d7c-9ef0-a4a6d1a2b7d1',
    codebuild: '--trust-projects web',
  };
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Object.entries(platforms).map(async ([platform, flags]) => {
      const line = `--trust ${platform} ${flags} --account 123456789012 --region eu-west-1 --format cloudformation`;
      const file = join(folder, `${platform}.json`);
      const template = trustPolicyOfFlags(line.split(' '), (others) =>
        JSON.parse(iamPolicyOfFlags(pipeline, others)),
      );
      await writeFile(file, template);
      return file;
    }),
  );
}

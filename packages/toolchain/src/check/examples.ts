import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sentenceOf } from '@landfall/core/manifest/problem';
import { readManifest } from '@landfall/core/manifest/read-manifest';
import { loadOperation, operationNames } from '@landfall/core/operations/index';
import { parse } from 'yaml';
import { buildspecProblems } from '../buildspec/problems.ts';
import { commandProblems } from '../examples/command-problems.ts';
import { type Example, examplesIn } from '../examples/extract.ts';
import { type Kind, kindOf } from '../examples/kind.ts';
import { orbUseProblems } from '../examples/orb-uses.ts';
import { actionUseProblems, type Operations } from '../examples/own-uses.ts';
import { parseProblems } from '../github/parse.ts';
import { packOrb } from '../orb/pack.ts';
import { run } from '../tools/run.ts';
import { tool } from '../tools/tools.ts';
import { orbSource, validConfig } from './orb.ts';
import { failWith, type Part } from './part.ts';

const operations: Operations = async (name) =>
  (operationNames as readonly string[]).includes(name) ? loadOperation(name as never) : undefined;

/** Markdown that a user copies from. */
async function pages(root: string): Promise<readonly string[]> {
  const found = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'];
  for (const folder of ['docs', 'actions', 'orbs', 'buildspec', 'examples', 'packages/sandbox']) {
    const entries = await readdir(join(root, folder), { recursive: true }).catch(() => []);
    found.push(
      ...entries
        .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
        .map((path) => join(folder, path)),
    );
  }
  return found.sort();
}

export const examplesPart: Part = {
  name: 'examples in the documentation',
  async run(root) {
    const examples: Example[] = [];
    for (const page of await pages(root)) {
      examples.push(...examplesIn(page, await readFile(join(root, page), 'utf8')));
    }
    const orb = await packOrb(join(root, orbSource));
    const problems: string[] = [];
    const counts = new Map<Kind, number>();
    for (const example of examples) {
      const kind = kindOf(example);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const found = await problemsOf(root, kind, example, orb);
      problems.push(...found.map((problem) => `${example.file}:${example.line}: ${problem}`));
    }
    failWith(problems);
    counts.delete('text');
    return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  },
};

async function problemsOf(
  root: string,
  kind: Kind,
  { text }: Example,
  orb: Record<string, unknown>,
): Promise<readonly string[]> {
  switch (kind) {
    case 'workflow':
      return workflowProblems(root, text);
    case 'workflow-steps':
      return workflowProblems(root, jobOf(text));
    case 'orb-config': {
      const { code, output } = await validConfig(root, new Map([['config.yml', text]]));
      return [...(code === 0 ? [] : [output]), ...orbUseProblems(text, orb)];
    }
    case 'gitlab-pipeline': {
      const { code, output } = await validConfig(root, new Map([['pipeline.yml', text]]), 'gitlab-ci');
      return code === 0 ? [] : [output];
    }
    case 'buildspec': {
      const commands = await commandProblems(buildspecCommands(text), operations);
      return [...buildspecProblems(text), ...commands];
    }
    case 'shell':
      return commandProblems(text, operations);
    case 'manifest':
      return (await readManifest(text, 'landfall.yml')).problems.map(sentenceOf);
    case 'json':
      return parseProblem(() => JSON.parse(text));
    case 'yaml':
    case 'cloudformation':
    case 'task-definition':
      return parseProblem(() => parse(text));
    case 'text':
      return [];
  }
}

const workflowProblems = async (root: string, text: string): Promise<readonly string[]> => [
  ...(await parseProblems('workflow', 'example', text)),
  ...(await actionlint(root, text)),
  ...(await actionUseProblems(text, operations)),
];

const parseProblem = (body: () => unknown): readonly string[] => {
  try {
    body();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
};

async function actionlint(root: string, text: string): Promise<readonly string[]> {
  const program = await tool(root, 'actionlint');
  const shellcheck = await tool(root, 'shellcheck');
  const folder = await mkdtemp(join(tmpdir(), 'landfall-example-'));
  try {
    await writeFile(join(folder, 'example.yml'), text);
    const { code, output } = await run(
      program,
      ['-no-color', '-oneline', '-shellcheck', shellcheck, 'example.yml'],
      {
        cwd: folder,
      },
    );
    return code === 0 ? [] : output.trim().split('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A list of steps as the workflow it is a part of. */
const jobOf = (steps: string) =>
  `on: push\njobs:\n  example:\n    runs-on: ubuntu-latest\n    steps:\n${steps.replace(/^/gm, '      ')}`;

const buildspecCommands = (text: string) => {
  const { phases = {} } = parse(text) as { phases?: Record<string, { commands?: readonly string[] }> };
  return Object.values(phases)
    .flatMap(({ commands = [] }) => commands)
    .join('\n');
};

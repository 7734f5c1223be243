import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Action, refusalProblems, refusalWorkflow } from '../act/refusals.ts';
import { runAct } from '../act/run-act.ts';
import { keptBundle } from '../bundle/kept-bundle.ts';
import { Failure, failWith, type Part } from './part.ts';

async function actionsOf(root: string): Promise<readonly Action[]> {
  const names = (await readdir(join(root, 'actions'))).sort();
  return Promise.all(
    names.map(async (name) => {
      const manifest = parse(await readFile(join(root, 'actions', name, 'action.yml'), 'utf8'));
      return { name, post: manifest.runs.post !== undefined };
    }),
  );
}

export const actParts: readonly Part[] = [
  {
    name: 'every action is started (act)',
    async run(root) {
      const actions = await actionsOf(root);
      const bundle = await keptBundle(root);
      const { steps, output } = await runAct(root, refusalWorkflow(actions), (repository) =>
        cp(bundle, repository, { recursive: true }),
      );
      if (steps.length === 0) throw new Failure(output);
      failWith(refusalProblems(actions, steps));
      const posts = actions.filter(({ post }) => post).length;
      return `${actions.length} actions refuse an input with INPUT_INVALID and 2, ${posts} post steps ran`;
    },
  },
];

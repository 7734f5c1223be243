import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { parse } from 'yaml';
import { endToEndWorkflow } from '../act/end-to-end.ts';
import { readmeAccount, readmeFiles } from '../act/readme-account.ts';
import { readmeWorkflows, replacedActions, withOurActions } from '../act/readme-workflows.ts';
import { type Action, refusalProblems, refusalWorkflow, told } from '../act/refusals.ts';
import { runAct } from '../act/run-act.ts';
import { keptBundle } from '../bundle/kept-bundle.ts';
import { parseProblems } from '../github/parse.ts';
import { run } from '../tools/run.ts';
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
  {
    name: 'every action at work, from a commit to a live service and back (act)',
    async run(root) {
      const actions = await actionsOf(root);
      const bundle = await keptBundle(root);
      const ports = [await freePort(), await freePort()];
      const workflow = endToEndWorkflow(
        await readFile(join(root, '.github/workflows/e2e.yml'), 'utf8'),
        ports,
      );
      try {
        const { green, steps, output } = await runAct(root, workflow, async (repository) => {
          await cp(bundle, repository, { recursive: true });
          for (const path of ['examples/web', 'test/e2e'])
            await cp(join(root, path), join(repository, path), { recursive: true });
          await symlink(join(root, 'node_modules'), join(repository, 'node_modules'));
        });
        const red = steps.filter(
          ({ result, stage }) => result === 'failure' || (stage === 'Post' && result !== 'success'),
        );
        // One step is red on purpose, and the step after it fails unless it was.
        const problems = red
          .filter(({ id }) => id !== 'red')
          .map((step) => `${step.stage} ${step.name}: ${told(step)}`);
        if (!green || problems.length > 0) throw new Failure([...problems, output].join('\n'));
        const unused = actions.filter(({ name }) => !workflow.includes(`./actions/${name}\n`));
        failWith(unused.map(({ name }) => `no step of the end-to-end workflow uses ${name}`));
        return `${actions.length} actions in ${steps.length} steps`;
      } finally {
        await removeImages(root, `127.0.0.1:${ports[0]}/*`);
      }
    },
  },
  {
    name: "the workflows of the official actions' READMEs, with our actions (act)",
    async run(root) {
      const bundle = await keptBundle(root);
      const workflows = readmeWorkflows();
      const problems: string[] = [];
      for (const { name, text } of workflows) {
        problems.push(...(await parseProblems('workflow', name, withOurActions(text))));
        const sandbox = await startSandbox({ clock: 'virtual', seed: 1, region: 'us-east-2' });
        try {
          await readmeAccount(sandbox, name);
          const workflow = withOurActions(text).replace(/\b(?:name|user)\/app\b/g, `${sandbox.registry}/$&`);
          const { green, steps, output } = await runAct(root, workflow, async (repository) => {
            await cp(bundle, repository, { recursive: true });
            const files = { ...readmeFiles, ...replacedActions(sandbox.environment()) };
            for (const [path, content] of Object.entries(files)) {
              await mkdir(dirname(join(repository, path)), { recursive: true });
              await writeFile(join(repository, path), content);
            }
          });
          const red = steps.filter(({ result }) => result !== 'success');
          problems.push(...red.map((step) => `${name}: ${step.stage} ${step.name}: ${told(step)}`));
          if (!green || steps.length === 0) problems.push(`${name}: ${output}`);
        } finally {
          await removeImages(root, `${sandbox.registry}/*`);
          await sandbox.close();
        }
      }
      failWith(problems);
      return `${workflows.length} workflows, changed in their uses: lines`;
    },
  },
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Images that the workflow built stay in the engine of this machine. */
async function removeImages(root: string, reference: string): Promise<void> {
  const { output } = await run('docker', ['image', 'ls', '--quiet', '--filter', `reference=${reference}`], {
    cwd: root,
  });
  const ids = [...new Set(output.split('\n').filter(Boolean))];
  if (ids.length > 0) await run('docker', ['image', 'rm', '--force', ...ids], { cwd: root });
}

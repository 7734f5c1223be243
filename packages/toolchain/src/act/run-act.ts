import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { run } from '../tools/run.ts';
import { tool } from '../tools/tools.ts';
import { type ActStep, stepsOf } from './steps.ts';

interface ActRun {
  readonly green: boolean;
  readonly steps: readonly ActStep[];
  /** What act said that is of no step: why a workflow was not started at all, say. */
  readonly output: string;
}

/**
 * Runs a workflow as a GitHub runner does, on this machine itself and with its own engine and ports, not in a
 * container. `fill` puts the repository's files into the folder that it is given; actions/checkout copies them from
 * there. Nothing is left behind.
 */
export async function runAct(
  root: string,
  workflow: string,
  fill: (repository: string) => Promise<void>,
): Promise<ActRun> {
  const act = await tool(root, 'act');
  const folder = await mkdtemp(join(tmpdir(), 'landfall-act-'));
  try {
    const repository = join(folder, 'repository');
    await mkdir(repository);
    await fill(repository);
    await writeFile(join(repository, 'workflow.yml'), workflow);
    await commit(repository);
    const argv = ['--json', '--no-cache-server', '--platform', 'ubuntu-latest=-self-hosted'];
    const { code, output } = await run(
      act,
      [
        'push',
        ...argv,
        // The workspaces of red runs stay in it: half a gigabyte each in a user's own cache.
        ...['--action-cache-path', join(folder, 'workspaces')],
        ...['--workflows', 'workflow.yml'],
      ],
      {
        cwd: repository,
        env: {
          // act starts the actions with the first Node of PATH, whatever they say they run on.
          PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
          // A user's own options and login are not a part of this.
          HOME: join(folder, 'home'),
          XDG_CONFIG_HOME: join(folder, 'home'),
          XDG_CACHE_HOME: join(folder, 'home'),
          ACT_DISABLE_VERSION_CHECK: '1',
          NODE_OPTIONS: '',
        },
      },
    );
    return { green: code === 0, steps: stepsOf(output), output: withoutSteps(output) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** act reads the commit and the branch of the folder. */
async function commit(folder: string): Promise<void> {
  const identity = ['-c', 'user.name=act', '-c', 'user.email=act@example.com'];
  for (const argv of [
    ['init', '--quiet', '--initial-branch', 'main'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--message', 'act'],
  ]) {
    const { code, output } = await run('git', argv, { cwd: folder });
    if (code !== 0) throw new Error(`git ${argv.at(-1)} failed: ${output.trim()}`);
  }
}

const withoutSteps = (output: string) =>
  output
    .split('\n')
    .filter((line) => !line.includes('"stepID"'))
    .join('\n');

import { createHash } from 'node:crypto';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, onPath } from '../engine/client.ts';
import { type ProgramResult, runProgram } from '../program/run-program.ts';
import { applyEdits, type Change } from './edit.ts';

export interface Commit {
  readonly sha: string;
  readonly message: string;
}

/** A checkout of the application, as a CI job finds it. */
interface Checkout {
  readonly folder: string;
  commit(change: Change): Promise<Commit>;
}

const notCopied = new Set(['runtime', 'node_modules']);

/** Copies the application and commits it with git; without git on this machine the commits are made up. */
export async function checkOut(
  application: string,
  folder: string,
  environment: Environment,
): Promise<Checkout> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(application, folder, {
    recursive: true,
    filter: (path) => !notCopied.has(path.slice(application.length + 1)) && !path.endsWith('.sqlite'),
  });
  const git = (await onPath('git', environment)) !== undefined;
  if (git) await run('git', ['init', '--quiet', '--initial-branch=main'], folder, environment);
  return {
    folder,
    async commit({ message, edits }) {
      await applyEdits(folder, edits);
      if (!git) return { sha: createHash('sha1').update(message).digest('hex'), message };
      const author = [
        '-c',
        'user.name=Demo',
        '-c',
        'user.email=demo@example.com',
        '-c',
        'commit.gpgSign=false',
      ];
      await run('git', ['add', '--all'], folder, environment);
      await run('git', [...author, 'commit', '--quiet', '--message', message], folder, environment);
      const { stdout } = await run('git', ['rev-parse', 'HEAD'], folder, environment);
      return { sha: stdout.trim(), message };
    },
  };
}

/**
 * The folder that an image `FROM scratch` needs, staged from the Node that runs this; on a system that has no
 * Linux binary to stage the folder stays empty and the image starts from an official one.
 */
export async function stageRuntime(checkout: Checkout): Promise<{ readonly base: string }> {
  if (process.platform !== 'linux') {
    await mkdir(join(checkout.folder, 'runtime'), { recursive: true });
    return { base: 'node:24-slim' };
  }
  await run(process.execPath, ['stage-runtime.js'], checkout.folder, process.env);
  return { base: 'scratch' };
}

async function run(
  file: string,
  argv: string[],
  cwd: string,
  environment: Environment,
): Promise<ProgramResult> {
  const result = await runProgram(file, argv, { cwd, environment });
  if (result.code !== 0) {
    throw new Error(
      `${file} ${argv[0]} ended with exit code ${result.code}:\n${result.lines.slice(-5).join('\n')}`,
    );
  }
  return result;
}

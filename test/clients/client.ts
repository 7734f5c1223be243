import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sandbox } from '@landfall/sandbox/sandbox';
import { type Tool, toolPath } from '@landfall/toolchain/tools/tools';
import type { Missing } from '../runner/requirements.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** Why clients cannot be tried on this machine, where they cannot. */
export const missingTools = (...names: readonly Tool[]): Missing => {
  const missing = names.filter((name) => !existsSync(toolPath(root, name)));
  return missing.length === 0 ? undefined : `npm run check brings ${missing.join(', ')}`;
};

interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program of others. Resolves with what it wrote to stdout; a red end rejects with `code`, `stdout` and `stderr`. */
export type Client = (argv: readonly string[], options?: RunOptions) => Promise<string>;

/** A client by its path, with an environment of its own: nothing that this machine has configured reaches it. */
export const client =
  (program: string, environment: () => Readonly<Record<string, string>>): Client =>
  async (argv, { input = '', cwd, env = {} } = {}) => {
    const started = run(program, argv, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { PATH: process.env.PATH, HOME: '/nonexistent', ...environment(), ...env },
      maxBuffer: 16 * 1024 * 1024,
    });
    started.child.stdin?.end(input);
    return (await started).stdout;
  };

export const toolProgram = (name: Tool): string => toolPath(root, name);

export const toolClient = (name: Tool, environment: () => Readonly<Record<string, string>>): Client =>
  client(toolProgram(name), environment);

/** The environment of a client written in Python that sleeps in the sandbox's time, where that is virtual. */
export const pythonEnvironment = (sandbox: Sandbox): Readonly<Record<string, string>> => ({
  ...sandbox.environment(),
  PYTHONPATH: join(import.meta.dirname, 'python'),
  PYTHONDONTWRITEBYTECODE: '1',
});

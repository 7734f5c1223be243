import { spawn } from 'node:child_process';

interface Ran {
  readonly code: number;
  /** stdout and stderr, in the order in which they came. */
  readonly output: string;
}

/** Runs a program to its end. A program that cannot be started has the code 127, as in a shell. */
export const run = (
  program: string,
  argv: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string },
): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(program, argv, { cwd: options.cwd, env: { ...process.env, ...options.env } });
    const chunks: Buffer[] = [];
    const end = (code: number, more = '') =>
      resolve({ code, output: Buffer.concat(chunks).toString('utf8') + more });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => end(127, error.message));
    child.on('close', (code, signal) => end(code ?? 128, signal ? `ended by ${signal}` : ''));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });

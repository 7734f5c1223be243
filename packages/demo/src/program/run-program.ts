import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface ProgramOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** Aborted: the program gets SIGINT, as a CI sends it, and SIGKILL after ten seconds. */
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface ProgramResult {
  /** The exit code; 128 + n would be a shell's way, so a signal is returned separately. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which their lines came. */
  readonly lines: readonly string[];
  readonly milliseconds: number;
}

const graceMilliseconds = 10_000;

/** Runs a program to its end. It rejects only when the program cannot be started. */
export function runProgram(
  file: string,
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, {
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: (options.environment ?? process.env) as NodeJS.ProcessEnv,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    const lines: string[] = [];
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]!.setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk;
      });
      createInterface({ input: child[stream]! }).on('line', (line) => {
        lines.push(line);
        options.onLine?.(line, stream);
      });
    }
    let grace: NodeJS.Timeout | undefined;
    const cancel = () => {
      child.kill('SIGINT');
      grace = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
    };
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    const settle = () => {
      clearTimeout(grace);
      options.signal?.removeEventListener('abort', cancel);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      resolve({ code, signal, ...text, lines, milliseconds: performance.now() - start });
    });
    // A program that does not read its input is no fault of ours: its exit code tells.
    child.stdin?.on('error', () => {}).end(options.stdin);
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '@landfall/core/world/clock';
import type { Environment } from './environment.ts';
import { readLines } from './lines.ts';

export interface ProcessRequest {
  readonly program: string;
  /** Handed to the program as they are: there is no shell. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly folder?: string;
  /** Written to stdin, which is then closed. Without it stdin is empty. */
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the program is ended as by the signal: since it started, or since it printed anything. */
  readonly limit?: { readonly since: 'start' | 'output'; readonly milliseconds: number } | undefined;
  /** Told of the program's id as soon as it runs. It leads a process group of the same id. */
  readonly onStart?: ((id: number) => void) | undefined;
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
}

export interface ProcessResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly aborted: boolean;
  /** When it met its limit: the time from which that counted, in milliseconds since the epoch. */
  readonly limitedSince?: number;
  /** From its start to its end. */
  readonly milliseconds: number;
  /** The first 4 MiB of stdout. */
  readonly stdout: string;
  /** The last lines of both streams, newest last. */
  readonly tail: readonly string[];
}

export type RunProcess = (request: ProcessRequest) => Promise<ProcessResult>;

const stdoutLimit = 4 * 1024 * 1024;
const tailLength = 400;
/** SIGINT at once on an abort, SIGKILL after this: GitHub's runner kills us 10 s after its own SIGINT. */
const graceMilliseconds = 6000;
/** A background child may hold the pipes open after the program has ended; we do not wait for it forever. */
const pipeMilliseconds = 2000;

/**
 * Runs a program to its end. It runs in a process group of its own, so that a cancel reaches what it started,
 * and so that a terminal's own Ctrl-C goes through us. Rejects only when the program could not be started.
 */
export const runProcess =
  (clock: Clock): RunProcess =>
  (request) =>
    new Promise((resolve, reject) => {
      const child = spawn(request.program, [...request.args], {
        env: { ...request.environment },
        cwd: request.folder,
        // Without input no pipe is made for it: its set-up and its end cost a millisecond or two of each program.
        stdio: [request.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        detached: true,
        shell: false,
      });
      const ended = new AbortController();
      const startedAt = clock.elapsed();
      const tail: string[] = [];
      let stdout = '';
      let heard = { at: startedAt, time: clock.now() };
      let limitedSince: number | undefined;
      let exit: Pick<ProcessResult, 'exitCode' | 'signal'> = { exitCode: null, signal: null };

      const reader = (stream: 'stdout' | 'stderr') => {
        const lines = readLines((line) => {
          tail.push(line);
          if (tail.length > tailLength) tail.shift();
          request.onLine?.(line, stream);
        });
        child[stream]!.on('data', (chunk: Buffer) => {
          if (request.limit?.since === 'output') heard = { at: clock.elapsed(), time: clock.now() };
          if (stream === 'stdout' && stdout.length < stdoutLimit) stdout += chunk.toString('utf8');
          lines.write(chunk);
        });
        child[stream]!.on('end', lines.end);
      };
      reader('stdout');
      reader('stderr');

      // A second signal ends us at once; what we started, in a group of its own, must not continue without
      // us.
      const leaving = () => signalGroup(child, 'SIGKILL');
      process.once('exit', leaving);
      const stop = () => void interrupt(child, clock, ended.signal);
      const watch = async ({ milliseconds }: NonNullable<ProcessRequest['limit']>) => {
        while (!ended.signal.aborted) {
          const left = heard.at + milliseconds - clock.elapsed();
          if (left <= 0) break;
          await clock.sleep(left, ended.signal);
        }
        if (ended.signal.aborted || request.signal?.aborted) return;
        limitedSince = heard.time;
        stop();
      };
      request.signal?.addEventListener('abort', stop, { once: true });
      child.on('spawn', () => {
        request.onStart?.(child.pid!);
        if (request.signal?.aborted) stop();
        if (request.limit) void watch(request.limit);
      });
      // The program may end without reading: its exit code says more than our broken pipe.
      child.stdin?.on('error', () => {});
      child.stdin?.end(request.input);

      child.on('error', (thrown) => {
        request.signal?.removeEventListener('abort', stop);
        if (child.pid !== undefined) return;
        process.removeListener('exit', leaving);
        reject(thrown);
      });
      child.on('exit', (exitCode, signal) => {
        exit = { exitCode, signal };
        if (request.signal?.aborted || limitedSince !== undefined) signalGroup(child, 'SIGKILL');
        void clock.sleep(pipeMilliseconds, ended.signal).then(() => {
          if (ended.signal.aborted) return;
          child.stdout!.destroy();
          child.stderr!.destroy();
        });
      });
      child.on('close', () => {
        ended.abort();
        process.removeListener('exit', leaving);
        request.signal?.removeEventListener('abort', stop);
        const milliseconds = clock.elapsed() - startedAt;
        const aborted = request.signal?.aborted === true;
        resolve({
          ...exit,
          aborted,
          ...(limitedSince !== undefined && { limitedSince }),
          milliseconds,
          stdout,
          tail,
        });
      });
    });

async function interrupt(child: ChildProcess, clock: Clock, ended: AbortSignal) {
  signalGroup(child, 'SIGINT');
  await clock.sleep(graceMilliseconds, ended);
  if (!ended.aborted) signalGroup(child, 'SIGKILL');
}

/** To the program and all it started. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (thrown) {
    // ESRCH: the group is already gone, which is what was wanted.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') child.kill(signal);
  }
}

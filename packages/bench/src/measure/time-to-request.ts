import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FirstRequestServer } from './first-request-server.ts';

export interface Start {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const limitMilliseconds = 30_000;

/**
 * Milliseconds from the start of a Node process to its first request at the server. The process is left to end
 * by itself, so that what it caches on its way out is there for the next step.
 * @throws an Error with the program's output when it ends, or half a minute passes, without a request
 */
export async function timeToRequest(server: FirstRequestServer, { argv, environment, cwd }: Start) {
  const arrival = server.arrival();
  const start = performance.now();
  const child = spawn(process.execPath, argv, {
    env: environment,
    ...(cwd && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMilliseconds);
  const ended = once(child, 'close');
  const arrived = await Promise.race([arrival, ended.then(() => undefined)]);
  await ended;
  clearTimeout(limit);
  if (arrived === undefined)
    throw new Error(`${argv.at(-1)} sent no request; it said:\n${output.slice(-2000)}`);
  return arrived - start;
}

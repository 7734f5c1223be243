import { tmpdir } from 'node:os';
import type { Clock } from '@landfall/core/world/clock';
import { createHost } from '@landfall/hosts/create-host';
import { createClock } from '@landfall/hosts/machine/clock';
import { reportCrashes } from '@landfall/hosts/machine/crash';
import { endProcess } from '@landfall/hosts/machine/end-process';
import { listenForSignals } from '@landfall/hosts/machine/signals';
import type { HostSession, TextOutput } from '@landfall/hosts/surroundings';
import { print } from './print.ts';

interface SessionOptions {
  readonly scope: string;
  readonly inputs?: ReadonlyMap<string, string>;
  readonly stateFile?: string;
  /** Where the log goes; default stdout. */
  readonly log?: TextOutput;
}

type Body = (host: HostSession, clock: Clock) => Promise<number>;

/** How often the log shows how time passes. */
const second = 1000;

/**
 * Runs a body with a host that is wired to this process (signals, crashes, heartbeat), closes the log whatever
 * happens, and ends the process with the exit code that the body returns.
 */
export const withHost = (process: NodeJS.Process, options: SessionOptions, body: Body): Promise<void> =>
  withHosts(process, (open) => open(options, body));

/** The same for several hosts, one after the other, in one process. */
export async function withHosts(
  process: NodeJS.Process,
  work: (open: (options: SessionOptions, body: Body) => Promise<number>) => Promise<number>,
): Promise<void> {
  let current: HostSession | undefined;
  const say = (line: string) => print(process.stderr, `${line}\n`);
  reportCrashes(process, {
    host: () => current,
    fallback: say,
    end: (exitCode) => {
      current?.close();
      endProcess(process, exitCode, 0);
    },
  });
  const cancellation = listenForSignals(process, say);
  const clock = await createClock(process.env);
  const { env } = process;
  const surroundings = {
    env,
    cwd: process.cwd(),
    log: process.stdout,
    clock,
    cancellation,
    temporary: tmpdir(),
  };
  const heartbeat = setInterval(() => current?.tick(), second);
  heartbeat.unref();
  const open = async (options: SessionOptions, body: Body) => {
    const host = await createHost({ ...surroundings, ...options });
    current = host;
    try {
      return await body(host, clock);
    } finally {
      host.close();
    }
  };
  try {
    endProcess(process, await work(open));
  } finally {
    clearInterval(heartbeat);
  }
}

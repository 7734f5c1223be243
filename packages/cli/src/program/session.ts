import { tmpdir } from 'node:os';
import type { Clock } from '@landfall/core/world/clock';
import { createHost } from '@landfall/hosts/create-host';
import { createClock } from '@landfall/hosts/machine/clock';
import { reportCrashes } from '@landfall/hosts/machine/crash';
import { endProcess } from '@landfall/hosts/machine/end-process';
import { listenForSignals } from '@landfall/hosts/machine/signals';
import type { HostSession, TextOutput } from '@landfall/hosts/surroundings';

export interface SessionOptions {
  readonly scope: string;
  readonly inputs?: ReadonlyMap<string, string>;
  readonly stateFile?: string;
  /** Where the log goes; default stdout. */
  readonly log?: TextOutput;
}

/** How often the log looks at the clock. */
const glance = 15_000;

/**
 * Runs a body with a host that is wired to this process (signals, crashes, heartbeat), closes the log whatever
 * happens, and ends the process with the exit code that the body returns.
 */
export async function withHost(
  process: NodeJS.Process,
  options: SessionOptions,
  body: (host: HostSession, clock: Clock) => Promise<number>,
): Promise<void> {
  let host: HostSession | undefined;
  reportCrashes(process, {
    host: () => host,
    fallback: (line) => process.stderr.write(`${line}\n`),
    end: (exitCode) => {
      host?.close();
      endProcess(process, exitCode, 0);
    },
  });
  const cancellation = listenForSignals(process);
  const clock = await createClock(process.env);
  const { log = process.stdout, ...given } = options;
  host = await createHost({
    env: process.env,
    cwd: process.cwd(),
    log,
    clock,
    cancellation,
    temporary: tmpdir(),
    ...given,
  });
  const { tick } = host;
  const heartbeat = setInterval(tick, glance);
  heartbeat.unref();
  try {
    endProcess(process, await body(host, clock));
  } finally {
    clearInterval(heartbeat);
    host.close();
  }
}

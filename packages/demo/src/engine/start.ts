import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../program/run-program.ts';
import { type Environment, engineVersion, onPath } from './client.ts';

interface StartedEngine {
  readonly version: string;
  /** For DOCKER_HOST. */
  readonly address: string;
  stop(): Promise<void>;
}

const readySeconds = 30;
const bridge = '/sys/class/net/docker0';

/**
 * Starts the installed `dockerd` with a folder, a socket and a containerd of its own, so that nothing of it
 * remains and nothing of the machine's own engine is touched.
 */
export async function startEngine(environment: Environment, signal: AbortSignal): Promise<StartedEngine> {
  // Not under /tmp, which may be in memory: overlayfs cannot use every file system as its upper layer.
  const folder = await mkdtemp('/var/tmp/landfall-demo-engine-');
  const hadBridge = existsSync(bridge);
  const address = `unix://${join(folder, 'docker.sock')}`;
  const logFile = join(folder, 'dockerd.log');
  const log = openSync(logFile, 'w', 0o600);
  const daemon = spawn(
    (await onPath('dockerd', environment)) ?? 'dockerd',
    [
      ['--host', address],
      ['--data-root', join(folder, 'data')],
      ['--exec-root', join(folder, 'exec')],
      ['--pidfile', join(folder, 'dockerd.pid')],
    ].flat(),
    // A group of its own: Ctrl-C must reach the demo alone, which then ends what runs in the engine first.
    { detached: true, stdio: ['ignore', log, log], env: environment as NodeJS.ProcessEnv },
  );
  closeSync(log);
  const ended = once(daemon, 'exit').catch(() => undefined);
  const stop = async () => {
    if (daemon.pid !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
      daemon.kill('SIGTERM');
      await Promise.race([ended, sleep(15_000, undefined, { ref: false })]);
      if (daemon.exitCode === null && daemon.signalCode === null) daemon.kill('SIGKILL');
      await ended;
      // dockerd leaves its network behind. One that was there before belongs to someone else.
      if (!hadBridge && existsSync(bridge))
        await runProgram('ip', ['link', 'delete', 'docker0'])
          // Without iproute2 the idle bridge stays, and harms nothing.
          .catch(() => undefined);
    }
    await unmountBelow(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = performance.now() + readySeconds * 1000;
  while (performance.now() < deadline && !signal.aborted && daemon.exitCode === null && daemon.pid) {
    const version = await engineVersion({ ...environment, DOCKER_HOST: address });
    if (version !== undefined) return { version, address, stop };
    await sleep(200);
  }
  const tail = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-8).join('\n');
  await stop();
  signal.throwIfAborted();
  throw new Error(`dockerd did not respond within ${readySeconds} s; its log ends:\n${tail}`);
}

/**
 * The mount points at or below a folder, the deepest first, from the text of `/proc/self/mountinfo` (proc(5): the
 * fifth field, with octal escapes).
 */
export const mountsBelow = (mountinfo: string, folder: string): string[] =>
  mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))))
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);

/** dockerd mounts its data folder on itself where the root is a private mount, and leaves it so at its end. */
async function unmountBelow(folder: string): Promise<void> {
  for (const path of mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folder)) {
    await runProgram('umount', [path]);
  }
}

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type BuildxPrograms, buildxPrograms } from '@landfall/toolchain/buildx/programs';
import { type Missing, noImageTools } from '../../runner/requirements.ts';

/** The builder of the tests, by its name. */
export const ownBuilder = 'landfall';

/** A BuildKit that belongs to one test file. */
export interface BuildKit extends AsyncDisposable {
  /** Makes buildx and the builder known to a user's Docker configuration. */
  addTo(config: string): void;
  /** Forgets what was built. */
  forget(config: string): void;
}

const installed = await buildxPrograms(fileURLToPath(new URL('../../../', import.meta.url)));
/** buildkitd mounts and runs, which needs root. */
const own = process.getuid?.() === 0 && existsSync(installed.buildkitd);

function answers(...args: readonly string[]): boolean {
  try {
    execFileSync('docker', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The buildx of the tests, which needs no engine to print: the program, and what its arguments begin with. */
export const buildx: readonly [program: string, ...args: readonly string[]] = own
  ? [join(installed.plugins, 'docker-buildx')]
  : ['docker', 'buildx'];
export const noBuildxProgram: Missing =
  own || answers('buildx', 'version')
    ? undefined
    : 'this machine has no docker buildx; npm run check brings one';
/** Why the scenarios cannot run, where they cannot. */
export const noBuildx: Missing = noImageTools ?? noBuildxProgram;

/** The flags that a command of buildx says it has. */
export function flagsOf(command: string): readonly string[] {
  const env = { ...process.env, BUILDX_EXPERIMENTAL: '0' };
  const [program, ...args] = buildx;
  const help = execFileSync(program, [...args, command, '--help'], { encoding: 'utf8', env });
  return [...help.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag!);
}

const docker = (config: string, ...args: readonly string[]) =>
  execFileSync('docker', ['--config', config, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });

const forget = (config: string) =>
  docker(config, 'buildx', 'prune', '--builder', ownBuilder, '--all', '--force');

/** With the buildkitd that was installed for the tests, else in a container, as the machine's own buildx does it. */
export const startBuildKit = () => (own ? startDaemon(installed) : startContainer());

async function startDaemon({ plugins, buildkitd }: BuildxPrograms): Promise<BuildKit> {
  // A socket's path may have 107 bytes.
  const folder = await mkdtemp(join(tmpdir(), 'bk-'));
  const address = `unix://${join(folder, 'socket')}`;
  const child = spawn(
    buildkitd,
    [`--addr=${address}`, `--root=${join(folder, 'root')}`, '--containerd-worker=false', '--cdi-disabled'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const lines: string[] = [];
    child.once('error', reject);
    void exited.then(() => reject(new Error(`buildkitd ended before it listened:\n${lines.join('\n')}`)));
    createInterface(child.stderr).on('line', (line) => {
      lines.push(line);
      if (line.includes('running server on')) resolve();
    });
  });
  return {
    addTo(config) {
      symlinkSync(plugins, join(config, 'cli-plugins'));
      docker(config, 'buildx', 'create', '--name', ownBuilder, '--driver', 'remote', address);
    },
    forget,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startContainer(): Promise<BuildKit> {
  const node = `landfall-test-${randomBytes(6).toString('hex')}`;
  const configs: string[] = [];
  return {
    addTo(config) {
      configs.push(config);
      // The registries of the tests listen on this machine's loopback. One node: its container is made once.
      const options = ['--driver', 'docker-container', '--driver-opt', 'network=host', '--node', node];
      docker(config, 'buildx', 'create', '--name', ownBuilder, ...options);
    },
    forget,
    async [Symbol.asyncDispose]() {
      if (configs[0] !== undefined) docker(configs[0], 'buildx', 'rm', '--force', ownBuilder);
    },
  };
}

import type { Page } from '../page/page.ts';
import { runProgram } from '../program/run-program.ts';
import { type Environment, engineAddress, engineVersion, onPath } from './client.ts';
import { planEngine } from './plan.ts';
import { startEngine } from './start.ts';

interface Engine {
  readonly version: string;
  /** `unix:///var/run/docker.sock`. */
  readonly address: string | undefined;
  /** What a program needs in its environment to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly startedHere: boolean;
  /** Ends it if the demo started it. */
  stop(): Promise<void>;
}

/** A Docker engine that answers. @throws an Error that says what to do where there is no way to one. */
export async function provideEngine(
  page: Page,
  environment: Environment,
  signal: AbortSignal,
): Promise<Engine> {
  const plan = planEngine({
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    answers: await engineVersion(environment),
    dockerHost: environment.DOCKER_HOST,
    hasClient: (await onPath('docker', environment)) !== undefined,
    // dockerd without iptables does not start.
    hasDaemon: await all(['dockerd', 'iptables'], environment),
    hasAptGet: (await onPath('apt-get', environment)) !== undefined,
  });
  if (plan.kind === 'none') throw new Error(plan.why);
  if (plan.kind === 'use') {
    page.say(`Docker engine ${plan.version} answers; it is used and left running.`);
    return {
      version: plan.version,
      address: await engineAddress(environment),
      environment: {},
      startedHere: false,
      stop: async () => {},
    };
  }
  if (plan.kind === 'install-and-start') {
    await installEngine(page, environment, signal);
    const version = await engineVersion(environment);
    if (version !== undefined) {
      const address = await engineAddress(environment);
      return { version, address, environment: {}, startedHere: true, stop: stopService };
    }
  }
  page.say(
    'The Docker engine does not respond. Starting the installed dockerd, with data of its own, until the end.',
  );
  const started = await startEngine(environment, signal);
  page.say(`Docker engine ${started.version} runs.`);
  return {
    version: started.version,
    address: started.address,
    environment: { DOCKER_HOST: started.address },
    startedHere: true,
    stop: started.stop,
  };
}

const all = async (programs: readonly string[], environment: Environment) =>
  (await Promise.all(programs.map((one) => onPath(one, environment)))).every((file) => file !== undefined);

/** Where systemd started the freshly installed engine although it was asked not to. */
const stopService = async () => {
  await runProgram('systemctl', ['stop', 'docker.socket', 'docker.service']);
};

const packages = ['docker.io', 'iptables'];

/** Installs the distribution's engine. The package's own service is kept from starting: the demo starts its own. */
async function installEngine(page: Page, environment: Environment, signal: AbortSignal) {
  page.say(
    `Docker is not installed. Installing ${packages.join(' and ')} with apt-get; they stay installed.`,
  );
  const quiet = { ...environment, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  for (const argv of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    page.command(`apt-get ${argv.join(' ')}`);
    const result = await runProgram('apt-get', ['-qq', ...argv], { environment: quiet, signal });
    signal.throwIfAborted();
    if (result.code !== 0) {
      for (const line of result.lines.slice(-10)) page.quote(line);
      throw new Error(`apt-get ${argv[0]} ended with exit code ${result.code}`);
    }
  }
}

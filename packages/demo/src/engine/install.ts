import type { Page } from '../page/page.ts';
import { runProgram } from '../program/run-program.ts';
import type { Environment } from './client.ts';

const packages = ['docker.io', 'iptables'];

/** Installs the distribution's engine. The package's own service is kept from starting: the demo starts its own. */
export async function installEngine(page: Page, environment: Environment, signal: AbortSignal) {
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

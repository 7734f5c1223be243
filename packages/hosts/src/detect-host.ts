import type { HostName } from '@landfall/core/world/host';
import { circleCiEnvironment } from './circleci/environment.ts';
import { codeBuildEnvironment } from './codebuild/environment.ts';
import { gitHubEnvironment } from './github/environment.ts';
import type { Environment, HostEnvironment } from './surroundings.ts';
import { terminalEnvironment } from './terminal/environment.ts';

/**
 * GitHub comes first: CodeBuild and CircleCI can run GitHub's runner, and then the runner is who reads our log. The
 * terminal is what is left.
 */
export const hostEnvironments: Readonly<Record<HostName, HostEnvironment>> = {
  github: gitHubEnvironment,
  circleci: circleCiEnvironment,
  codebuild: codeBuildEnvironment,
  terminal: terminalEnvironment,
};

export const hostNames = Object.keys(hostEnvironments) as readonly HostName[];

export const detectHost = (env: Environment): HostName =>
  hostNames.find((name) => hostEnvironments[name].isHost(env)) ?? 'terminal';

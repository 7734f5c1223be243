import { detectHost } from './detect-host.ts';
import type { HostSession, Surroundings } from './surroundings.ts';

/**
 * The host this process runs on. Only its own adapter is loaded; GitHub's is bundled into the entry file,
 * because actions run nowhere else and each further file delays their start.
 */
export async function createHost(surroundings: Surroundings): Promise<HostSession> {
  switch (detectHost(surroundings.env)) {
    case 'github':
      return (await import(/* webpackMode: "eager" */ './github/host.ts')).createGitHubHost(surroundings);
    case 'circleci':
      return (await import('./circleci/host.ts')).createCircleCiHost(surroundings);
    case 'codebuild':
      return (await import('./codebuild/host.ts')).createCodeBuildHost(surroundings);
    case 'terminal':
      return (await import('./terminal/host.ts')).createTerminalHost(surroundings);
  }
}

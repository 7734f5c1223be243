import type { HostName } from '@landfall/core/world/host';
import type { Environment } from './surroundings.ts';

/**
 * By the variables each host documents as its own. GitHub comes first: CodeBuild and CircleCI can run GitHub's
 * runner, and then the runner is who reads our log.
 */
export function detectHost(env: Environment): HostName {
  if (env.GITHUB_ACTIONS === 'true') return 'github';
  if (env.CIRCLECI === 'true') return 'circleci';
  if (env.CODEBUILD_BUILD_ID) return 'codebuild';
  return 'terminal';
}

import type { HostEnvironment } from '../surroundings.ts';

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export const gitHubEnvironment: HostEnvironment = {
  isHost: (env) => env.GITHUB_ACTIONS === 'true',
  // The runner has a folder for each job, RUNNER_TEMP.
  jobVariable: undefined,
};

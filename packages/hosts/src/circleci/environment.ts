import type { HostEnvironment } from '../surroundings.ts';

/** https://circleci.com/docs/reference/variables/ */
export const circleCiEnvironment: HostEnvironment = {
  isHost: (env) => env.CIRCLECI === 'true',
  jobVariable: 'CIRCLE_WORKFLOW_JOB_ID',
};

import type { HostEnvironment } from '../surroundings.ts';

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html */
export const codeBuildEnvironment: HostEnvironment = {
  isHost: (env) => Boolean(env.CODEBUILD_BUILD_ID),
  jobVariable: 'CODEBUILD_BUILD_ID',
};

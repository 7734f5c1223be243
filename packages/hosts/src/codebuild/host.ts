import { resolve } from 'node:path';
import { heldCommit } from '../git/facts.ts';
import { present } from '../git/present.ts';
import { plainSurface } from '../log/plain-surface.ts';
import { privateFolder } from '../private-folder.ts';
import type { HostSession, Surroundings } from '../surroundings.ts';
import { createTextHost } from '../text-host.ts';
import { beginShellFile } from '../variables/shell-file.ts';
import { codeBuildCommit, codeBuildEvent, consoleUrl } from './facts.ts';

/**
 * CodeBuild: the commands of a buildspec (version 0.2) share one shell, but a child process cannot export into
 * it. So variables go to a file that the next command sources: `. ./landfall.env` (LANDFALL_ENV_FILE names another).
 */
export function createCodeBuildHost(surroundings: Surroundings): HostSession {
  const { env, cwd } = surroundings;
  const file = resolve(cwd, env.LANDFALL_ENV_FILE || 'landfall.env');
  return createTextHost(surroundings, {
    name: 'codebuild',
    temporaryFolder: privateFolder(surroundings),
    variables: beginShellFile(file, env.CODEBUILD_BUILD_ID),
    surface: plainSurface(surroundings.log, { colour: false, debug: env.LANDFALL_DEBUG === 'true' }),
    run: {
      // A retried build is a build of its own, with its own id.
      id: env.CODEBUILD_BUILD_ID || 'unknown',
      attempt: 1,
      ...present({
        // A retried build has nothing of the first; a pipeline can hand its execution id on.
        origin: env.LANDFALL_RUN_ID,
        number: env.CODEBUILD_BUILD_NUMBER,
        job: env.CODEBUILD_BUILD_ID?.split(':')[0],
        url: consoleUrl(env),
        event: codeBuildEvent(env),
      }),
    },
    commit: (folder) => heldCommit(cwd, env, codeBuildCommit(env), folder),
  });
}

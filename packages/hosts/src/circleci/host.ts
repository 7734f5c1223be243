import { LandfallError } from '@landfall/core/errors/landfall-error';
import { heldCommit, repositoryOf } from '../git/facts.ts';
import { present } from '../git/present.ts';
import { plainSurface } from '../log/plain-surface.ts';
import { privateFolder } from '../private-folder.ts';
import type { Environment, HostSession, Surroundings } from '../surroundings.ts';
import { createTextHost } from '../text-host.ts';
import { type ShellFile, shellFile } from '../variables/shell-file.ts';

/** CircleCI: steps share files and BASH_ENV, which bash reads at the start of every later step. */
export function createCircleCiHost(surroundings: Surroundings): HostSession {
  const { env, cwd } = surroundings;
  return createTextHost(surroundings, {
    name: 'circleci',
    temporaryFolder: privateFolder(surroundings),
    variables: env.BASH_ENV ? shellFile(env.BASH_ENV) : withoutFile,
    surface: plainSurface(surroundings.log, { colour: !env.NO_COLOR, debug: env.LANDFALL_DEBUG === 'true' }),
    run: {
      // A re-run of a workflow has a new id, so each of them is a first attempt.
      id: env.CIRCLE_WORKFLOW_ID || env.CIRCLE_BUILD_URL || 'unknown',
      attempt: 1,
      ...present({
        // A workflow that is run again stays in its pipeline: https://circleci.com/docs/guides/toolkit/how-to-find-ids
        origin: env.CIRCLE_PIPELINE_ID,
        number: env.CIRCLE_BUILD_NUM,
        job: env.CIRCLE_JOB,
        url: env.CIRCLE_BUILD_URL,
        event: circleCiEvent(env.LANDFALL_EVENT),
      }),
    },
    commit: (folder) => heldCommit(cwd, env, circleCiCommit(env), folder),
  });
}

const refuse = (name: string) => {
  throw new LandfallError('HOST_OUTPUT_FAILED', {
    summary: `${name} could not be passed on: BASH_ENV is not set`,
  });
};
/** Nothing was output either, so there is nothing to clear. */
const withoutFile: ShellFile = { exportVariable: refuse, setOutput: refuse, clearOutputs() {} };

/**
 * No variable says what started a pipeline; the value `pipeline.trigger_source` does, which a job passes on
 * as LANDFALL_EVENT. Its words for GitHub's: https://circleci.com/docs/reference/variables/#pipeline-values
 */
const circleCiEvent = (source: string | undefined) =>
  source === 'scheduled_pipeline' ? 'schedule' : source === 'webhook' ? 'push' : source;

/** https://circleci.com/docs/reference/variables/ */
function circleCiCommit(env: Environment) {
  const pull = /\/(\d+)$/.exec(env.CIRCLE_PULL_REQUEST ?? '')?.[1] ?? env.CIRCLE_PR_NUMBER;
  const { CIRCLE_PROJECT_USERNAME: owner, CIRCLE_PROJECT_REPONAME: name } = env;
  return present({
    ...repositoryOf(env.CIRCLE_REPOSITORY_URL ?? ''),
    sha: env.CIRCLE_SHA1,
    // Only a pull request of a fork has this number, and its author chooses the branch name.
    branch: env.CIRCLE_PR_NUMBER ? undefined : env.CIRCLE_BRANCH,
    tag: env.CIRCLE_TAG,
    pullRequest: pull ? Number(pull) : undefined,
    ...(owner && name && { repository: `${owner}/${name}` }),
  });
}

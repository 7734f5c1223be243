import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loginStateName, readLoginState } from '@landfall/core/registry/login/login-state';
import { keptStates } from '@landfall/hosts/state/run-state';

/**
 * The Docker configuration of the last ecr-login of this job, or in this checkout, that is still there: for a
 * step that its variable DOCKER_CONFIG did not reach, because no shell sourced or exported it. It is in a
 * private folder, and what names it is believed only when this user alone can have written it.
 */
export const keptLogin = (temporaryFolder: string) =>
  ['ecr-login', 'pipeline']
    .flatMap((operation) => keptStates(temporaryFolder, operation))
    .map((values) => readLoginState(values[loginStateName] ?? '').state)
    .find(({ folder }) => folder !== '' && existsSync(join(folder, 'config.json')));

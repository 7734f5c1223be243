import { LandfallError } from '@landfall/core/errors/landfall-error';
import { refusalOf } from '@landfall/core/registry/push/refusal';
import type { DockerCallOptions, LoginRequest } from '@landfall/core/world/docker';
import { hiddenCredentials } from '../credentials/hide-credentials.ts';
import { noteProcess } from '../processes/left-behind.ts';
import { callDocker, endOf, type Programs, throwIfUnreachable, withoutOutput } from '../programs.ts';

/** `docker login` into a given DOCKER_CONFIG. The password goes by stdin only. LOGIN_FAILED. */
export async function login(
  programs: Programs,
  { registry, username, password, configFolder }: LoginRequest,
  options: DockerCallOptions,
): Promise<void> {
  const result = await callDocker(
    programs,
    {
      args: ['login', '--username', username, '--password-stdin', '--', registry],
      input: password,
      environment: { DOCKER_CONFIG: configFolder },
      // Left alone it would make the folder again, with the login, when that has been removed.
      onStart: (id) => noteProcess(configFolder, id),
    },
    // Docker's own words on success ("WARNING! … stored unencrypted") would only worry: the folder is private.
    withoutOutput(options),
  );
  if (result.exitCode === 0) return;
  throwIfUnreachable(result);
  // What docker echoes of a password must not reach a result that is printed as JSON, beyond the log's mask.
  const hidden = hiddenCredentials();
  hidden.addPassword(username, password);
  const lines = result.tail.filter((line) => line.trim() !== '').map(hidden.hide);
  const refusal = refusalOf({ text: lines.join('\n') });
  throw new LandfallError('LOGIN_FAILED', {
    summary: `docker login to ${registry} ${endOf(result)}${lines.length > 0 ? `: ${lines.at(-1)}` : ' and printed nothing'}`,
    // The ECR password comes from AWS: it cannot be mistyped.
    ...(refusal.code === 'PUSH_DENIED' && username !== 'AWS' && { remedy: checkPassword(registry) }),
    details: lines.slice(-5),
    facts: { registry, transient: refusal.transient },
  });
}

const checkPassword = (registry: string) =>
  `Check the user in \`registry-logins\` and the password given for ${registry}: Docker Hub, quay.io and others require an access token or a robot account here, not the password of a user with two-factor authentication.`;

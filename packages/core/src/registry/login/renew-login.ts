import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { ecrHost, isLoopback } from '../../image/reference/ecr-host.ts';
import type { World } from '../../world/world.ts';
import { ecrLoginTo } from './ecr-logins.ts';
import { isOwnConfig } from './login-state.ts';

/**
 * Acts, and where the login to ECR ends meanwhile (a push longer than the token's 12 hours, or a token that was
 * old) logs in again, once, and acts again.
 * @throws CREDENTIALS_EXPIRED when it cannot, with the reason in its details
 */
export async function withFreshLogin<T>(world: World, registry: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (!isLandfallError(thrown, 'CREDENTIALS_EXPIRED')) throw thrown;
    // A kept login gets a new token by itself: a retry is enough.
    if (thrown.facts.transient === true) throw thrown;
    // It was another registry's.
    if (typeof thrown.facts.registry === 'string' && thrown.facts.registry !== registry) throw thrown;
    const why = await renew(world, registry).catch((failure: unknown) => asLandfallError(failure).summary);
    if (why !== undefined) {
      throw new LandfallError('CREDENTIALS_EXPIRED', {
        summary: thrown.summary,
        remedy: thrown.remedy,
        details: [...thrown.details, `no new login: ${why}`],
        facts: thrown.facts,
        cause: thrown,
      });
    }
    return await act();
  }
}

/** Why there is no new login; undefined when there is one. */
async function renew(world: World, registry: string): Promise<string | undefined> {
  const { docker, host } = world;
  const where = ecrHost(registry);
  if (where?.kind !== 'private' && !isLoopback(registry)) return `${registry} is not a private ECR registry`;
  const configFolder = await docker.configFolder();
  // A login put into the user's own configuration would outlive the job.
  if (configFolder === undefined || !isOwnConfig(configFolder)) return 'the login was not made by ecr-login';
  const options = { signal: host.cancellation };
  const login = await ecrLoginTo(world, registry);
  if (!login) return `ECR answered for a registry other than ${registry}`;
  await docker.login({ registry, username: login.username, password: login.password, configFolder }, options);
  host.log.notice(`the login to ${registry} had expired; logged in again`);
  return undefined;
}

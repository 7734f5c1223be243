import type { Clock } from '@landfall/core/world/clock';
import type { Docker } from '@landfall/core/world/docker';
import type { Files } from '@landfall/core/world/files';
import type { World } from '@landfall/core/world/world';
import type { DockerOptions } from '@landfall/docker/docker';
import { systemClock } from '@landfall/hosts/machine/clock';
import type { HostSession } from '@landfall/hosts/surroundings';
import { childEnvironment } from './child-environment.ts';
import { proxySecrets, useProxy } from './proxy.ts';
import { version } from './version.ts';

/**
 * The real world of one operation. Each side of it is loaded when the operation first turns to it; in the bundle,
 * what is small and always needed (`eager`) is not a file of its own.
 */
export async function createWorld(
  operation: string,
  host: HostSession,
  clock: Clock,
  env: NodeJS.ProcessEnv,
): Promise<World> {
  useProxy(env, host.inputs().get('http-proxy')?.trim());
  for (const secret of proxySecrets(env)) host.mask(secret);
  const { createAws } = await import(/* webpackMode: "eager" */ '@landfall/aws/aws');
  // Child processes live in this machine's time, also when the operation waits in the sandbox's.
  let dockerOptions: Promise<DockerOptions> | undefined;
  const docker = () => {
    dockerOptions ??= dockerEnvironment(env, host).then((variables) => ({
      env: variables,
      clock: systemClock,
    }));
    return dockerOptions;
  };
  const region = host.inputs().get('region')?.trim();
  return {
    host,
    clock,
    aws: await createAws({ env, clock, operation, version, host: host.name, ...(region && { region }) }),
    files: lazily<Files>(async () => (await import('@landfall/hosts/machine/files')).createFiles(host)),
    docker: lazily<Docker>(async () =>
      (await import('@landfall/docker/docker')).createDocker(await docker()),
    ),
    async registry() {
      const [{ createRegistry }, { dockerCredentials }] = await Promise.all([
        import('@landfall/registry/registry'),
        import('@landfall/docker/credentials/credentials'),
      ]);
      const options = await docker();
      return createRegistry({ environment: options.env, credentials: dockerCredentials(options) });
    },
  };
}

async function dockerEnvironment(env: NodeJS.ProcessEnv, host: HostSession): Promise<NodeJS.ProcessEnv> {
  const given = childEnvironment(env, host.inputs());
  if (given.DOCKER_CONFIG) return given;
  const { keptLogin } = await import('./kept-login.ts');
  const login = keptLogin(host.temporaryFolder);
  if (login === undefined) return given;
  const end = login.isLeft ? 'kept, because of skip-logout' : 'landfall clean-up removes it';
  host.log.info(`using the login made by ecr-login in ${login.folder} (${end})`);
  return { ...given, DOCKER_CONFIG: login.folder };
}

/** A port all of whose methods are asynchronous, loaded at the first call. */
function lazily<Port extends object>(load: () => Promise<Port>): Port {
  let loaded: Promise<Port> | undefined;
  return new Proxy({} as Port, {
    get: (_, method) => {
      // `then` would make it a promise to whoever awaits it.
      if (typeof method === 'symbol' || method === 'then') return undefined;
      return async (...given: unknown[]) => {
        loaded ??= load();
        const port = await loaded;
        return (port[method as keyof Port] as (...all: unknown[]) => unknown).apply(port, given);
      };
    },
  });
}

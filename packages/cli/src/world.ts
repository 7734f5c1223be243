import type { Clock } from '@landfall/core/world/clock';
import type { Docker } from '@landfall/core/world/docker';
import type { World } from '@landfall/core/world/world';
import type { Environment, HostSession } from '@landfall/hosts/surroundings';
import { version } from './version.ts';

/** The real world: this machine's files, AWS in one region, and Docker once an operation asks for it. */
export async function createWorld(
  operation: string,
  host: HostSession,
  clock: Clock,
  env: Environment,
): Promise<World> {
  const [{ createAws }, { createFiles }] = await Promise.all([
    import('@landfall/aws/aws'),
    import('@landfall/hosts/machine/files'),
  ]);
  const region = host.inputs().get('region')?.trim();
  return {
    host,
    clock,
    files: createFiles(host),
    aws: await createAws({ env, clock, operation, version, host: host.name, ...(region && { region }) }),
    docker: lazyDocker(async () =>
      (await import('@landfall/docker/docker')).createDocker({ host, env, clock }),
    ),
  };
}

/** Every method of Docker is asynchronous, so its adapter can be loaded at the first call. */
function lazyDocker(load: () => Promise<Docker>): Docker {
  let loaded: Promise<Docker> | undefined;
  return new Proxy({} as Docker, {
    get: (_, method) => {
      // `then` would make it a promise to whoever awaits it.
      if (typeof method === 'symbol' || method === 'then') return undefined;
      return async (...given: unknown[]) => {
        loaded ??= load();
        const docker = await loaded;
        return (docker[method as keyof Docker] as (...all: unknown[]) => unknown).apply(docker, given);
      };
    },
  });
}

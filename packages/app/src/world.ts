import { userInfo } from 'node:os';
import { maxRetries } from '@landfall/core/inputs/common';
import type { Clock } from '@landfall/core/world/clock';
import type { Docker } from '@landfall/core/world/docker';
import type { Files } from '@landfall/core/world/files';
import type { World } from '@landfall/core/world/world';
import type { DockerOptions } from '@landfall/docker/docker';
import { systemClock } from '@landfall/hosts/machine/clock';
import type { HostSession } from '@landfall/hosts/surroundings';
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
  let dockerConfig = env.DOCKER_CONFIG;
  const loadDocker = () => {
    const options = once(
      async (): Promise<DockerOptions> => ({
        env: await dockerEnvironment({ ...env, DOCKER_CONFIG: dockerConfig }, host),
        clock: systemClock,
      }),
    );
    return {
      options,
      docker: once(async () => (await import('@landfall/docker/docker')).createDocker(await options())),
    };
  };
  let machine = loadDocker();
  const region = host.inputs().get('region')?.trim();
  // What is refused when the inputs are parsed counts for nothing here.
  const attempts = maxRetries.parse(host.inputs().get('max-retries') ?? '');
  return {
    host: {
      ...host,
      // A login of this very step counts for what it does next, as it does for the later steps of the job.
      async exportVariable(name, value) {
        await host.exportVariable(name, value);
        if (name !== 'DOCKER_CONFIG') return;
        dockerConfig = value;
        machine = loadDocker();
      },
    },
    clock,
    aws: await createAws({
      env,
      clock,
      operation,
      version,
      host: host.name,
      ...(region && { region }),
      ...(attempts.ok && attempts.value !== undefined && { attempts: attempts.value }),
    }),
    files: filesOf(once(async () => (await import('@landfall/hosts/machine/files')).createFiles(host))),
    docker: dockerOf(() => machine.docker()),
    async registry() {
      const [{ createRegistry }, { dockerCredentials }] = await Promise.all([
        import('@landfall/registry/registry'),
        import('@landfall/docker/credentials/credentials'),
      ]);
      const options = await machine.options();
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

/** Loads at the first call, and gives every later one the same. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

const filesOf = (files: () => Promise<Files>): Files => ({
  readText: async (...given) => (await files()).readText(...given),
  folder: async (...given) => (await files()).folder(...given),
  file: async (...given) => (await files()).file(...given),
  writeArtifact: async (...given) => (await files()).writeArtifact(...given),
  destination: async (...given) => (await files()).destination(...given),
  writePrivate: async (...given) => (await files()).writePrivate(...given),
  privateFolder: async (...given) => (await files()).privateFolder(...given),
  removePrivate: async (...given) => (await files()).removePrivate(...given),
});

const dockerOf = (docker: () => Promise<Docker>): Docker => ({
  isolateConfig: async (...given) => (await docker()).isolateConfig(...given),
  login: async (...given) => (await docker()).login(...given),
  configFolder: async () => (await docker()).configFolder(),
  chooseBuilder: async (...given) => (await docker()).chooseBuilder(...given),
  bakePlan: async (...given) => (await docker()).bakePlan(...given),
  build: async (...given) => (await docker()).build(...given),
  endLeftBehind: async (...given) => (await docker()).endLeftBehind(...given),
  push: async (...given) => (await docker()).push(...given),
  tag: async (...given) => (await docker()).tag(...given),
});

/**
 * The variables that a child process gets: all but the inputs of an action, which GitHub passes on as
 * INPUT_*. They are meant for the action alone, and `secrets` or a password may be among them.
 *
 * A service of the system has no HOME. Docker then asks the system's list of users, and so do we, or the
 * proxies and plugins of that user would be lost with the configuration of Docker that we make.
 */
export const childEnvironment = (
  env: NodeJS.ProcessEnv,
  inputs: ReadonlyMap<string, string>,
  homeOfUser: () => string | undefined = homeBySystem,
): NodeJS.ProcessEnv => {
  const kept = Object.entries(env).filter(
    ([name]) => !(name.startsWith('INPUT_') && inputs.has(name.slice('INPUT_'.length).toLowerCase())),
  );
  const home = env.HOME || homeOfUser();
  return { ...Object.fromEntries(kept), ...(home !== undefined && { HOME: home }) };
};

function homeBySystem(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    // A container run by a number that no user has: Docker finds no home either.
    return undefined;
  }
}

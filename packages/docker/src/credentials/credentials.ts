import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { standardLimits } from '@landfall/core/image/build/docker-limits';
import { isDockerHub } from '@landfall/core/image/reference/image-reference';
import type { Credentials, RegistryCredentials } from '@landfall/core/world/registry-credentials';
import { hub } from '../config/inherit-config.ts';
import { userConfigFolder } from '../config/isolate-config.ts';
import type { DockerOptions } from '../docker.ts';
import type { Environment } from '../processes/environment.ts';
import { findPrograms } from '../processes/find-program.ts';
import { type RunProcess, runProcess } from '../processes/run-process.ts';
import { throwIfLimited } from '../programs.ts';
import { hiddenCredentials } from './hide-credentials.ts';

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { auth?: string; identitytoken?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

const keysOf = (registry: string) =>
  isDockerHub(registry) ? [hub] : [registry, `https://${registry}`, `http://${registry}`];

/** The logins that Docker has, for a client of registries. */
export const dockerCredentials = ({
  env,
  clock,
  run = runProcess(clock),
}: DockerOptions): RegistryCredentials => ({
  find: (registry) => credentialsFor(registry, env, run),
  hidden: hiddenCredentials(),
});

/** The login that Docker has for a registry, found as Docker finds it: helper, store, then the file itself. */
async function credentialsFor(
  registry: string,
  environment: Environment,
  run: RunProcess,
): Promise<Credentials | undefined> {
  const folder = userConfigFolder(environment);
  if (folder === undefined) return undefined;
  const config = await readConfig(join(folder, 'config.json'));
  const keys = keysOf(registry);
  const helper = keys.map((key) => config.credHelpers?.[key]).find(Boolean) ?? config.credsStore;
  if (helper) {
    for (const key of keys) {
      const found = await askHelper(helper, key, environment, run);
      if (found) return found;
    }
  }
  for (const key of keys) {
    const login = config.auths?.[key] ?? config.auths?.[`${key}/`];
    if (login?.identitytoken) return { kind: 'identity-token', token: login.identitytoken };
    const found = login?.auth === undefined ? undefined : decode(login.auth);
    if (found) return found;
  }
  return undefined;
}

async function readConfig(path: string): Promise<DockerConfig> {
  try {
    return (JSON.parse(await readFile(path, 'utf8')) ?? {}) as DockerConfig;
  } catch {
    // No configuration, or one that Docker cannot read either: there is no login, and the registry will say so.
    return {};
  }
}

function decode(auth: string): Credentials | undefined {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  // Docker pads old entries with NUL.
  const password = text.slice(colon + 1).replace(/\0+$/, '');
  return { kind: 'password', username: text.slice(0, colon), password };
}

/** The protocol of docker/docker-credential-helpers: the server on stdin, JSON on stdout. */
async function askHelper(
  helper: string,
  server: string,
  environment: Environment,
  run: RunProcess,
): Promise<Credentials | undefined> {
  if (!/^[A-Za-z0-9._-]+$/.test(helper)) return undefined;
  const [program] = await findPrograms(`docker-credential-${helper}`, environment);
  if (program === undefined) return undefined;
  const limit = { since: 'start', milliseconds: standardLimits.timeout } as const;
  const result = await run({ program, args: ['get'], environment, input: server, limit });
  throwIfLimited(result, {
    ...limit,
    what: `docker-credential-${helper} get`,
    // It works without the engine, and no input gives it more time.
    remedy: `Find out what docker-credential-${helper} is waiting for (perhaps for a user to unlock its store), or remove it from the Docker configuration of this job.`,
  });
  if (result.exitCode !== 0) return undefined;
  try {
    const { Username, Secret } = JSON.parse(result.stdout) as { Username?: string; Secret?: string };
    if (!Secret) return undefined;
    return Username === '<token>'
      ? { kind: 'identity-token', token: Secret }
      : { kind: 'password', username: Username ?? '', password: Secret };
  } catch {
    // A helper that answers something else has no login for us.
    return undefined;
  }
}

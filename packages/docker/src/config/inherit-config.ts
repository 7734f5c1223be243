interface Inherited {
  readonly config: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

interface Inheritance {
  /** Registries about to be logged in to. */
  readonly registries: readonly string[];
  /** Whether `docker-credential-<name>` is on PATH. */
  readonly hasHelper: (name: string) => boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a private Docker configuration takes over from the user's. Everything but: the credential store (what
 * is put there outlives the job, and another job would read it), helpers that are not installed or that would
 * answer for the registries we log in to, and logins that are in the store and only named here.
 *
 * The registries are named without a login: a configuration that names none makes Docker look for a store of
 * this machine by itself (docker-credential-osxkeychain, -secretservice, -pass) and put the login there
 * (docker/cli, LoadDefaultConfigFile).
 */
export function inheritConfig(user: unknown, { registries, hasHelper }: Inheritance): Inherited {
  const { credsStore, credHelpers, auths, ...kept } = isRecord(user) ? user : {};
  const notes: string[] = [];
  if (typeof credsStore === 'string' && credsStore !== '') {
    notes.push(
      `the credential store "${credsStore}" is not used in this job: whatever is stored there outlives the job`,
    );
  }
  const helpers: Record<string, unknown> = {};
  for (const [registry, name] of Object.entries(isRecord(credHelpers) ? credHelpers : {})) {
    if (registries.includes(registry) || (registry === hub && registries.includes('docker.io'))) {
      notes.push(
        `the credential helper "${String(name)}" for ${registry} is not used: this step logs in to it`,
      );
    } else if (typeof name !== 'string' || !hasHelper(name)) {
      notes.push(
        `the credential helper "${String(name)}" for ${registry} is not installed, so it is skipped`,
      );
    } else helpers[registry] = name;
  }
  const own = registries.map((registry) => [registry === 'docker.io' ? hub : registry, {}] as const);
  const logins = Object.entries(isRecord(auths) ? auths : {}).filter(
    ([, login]) =>
      isRecord(login) && ['auth', 'identitytoken', 'registrytoken'].some((key) => Boolean(login[key])),
  );
  return {
    config: {
      ...kept,
      ...(Object.keys(helpers).length > 0 && { credHelpers: helpers }),
      ...((own.length > 0 || logins.length > 0) && { auths: Object.fromEntries([...own, ...logins]) }),
    },
    notes,
  };
}

/** Under this name Docker's configuration keeps the login to `docker.io`, whatever the registry is called. */
export const hub = 'https://index.docker.io/v1/';

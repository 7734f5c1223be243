import { ecrHost } from '../../image/reference/ecr-host.ts';
import type { Pattern } from '../../inputs/input.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import type { World } from '../../world/world.ts';
import {
  type Authorization,
  encodedSecrets,
  loginOf,
  privateAuthorizations,
  publicAuthorization,
  type RegistryLogin,
} from './authorization.ts';

/** An account id, or the host of a registry: then its region, and the endpoint that images name, follow from it. */
export const ecrRegistry: Pattern = {
  expression: /^(?:\d{12}|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)$/,
  rule: 'an AWS account id of 12 digits, or the host of an ECR registry',
  type: 'registry',
};

const isAccount = (registry: string) => /^\d{12}$/.test(registry);

export const ecrRegistryProblems = (registries: readonly string[]): readonly InputProblem[] =>
  registries
    .filter((one) => !isAccount(one) && ecrHost(one) === undefined)
    .map((one) => ({
      input: 'registries',
      problem: `names "${one}", which is not the host of an ECR registry; put other registries in registry-logins`,
    }));

/** ECR's limit for `registryIds`. A token is not bound to the registries it was requested for. */
const mostIds = 10;

/**
 * Logins to registries of ECR, in the order given; to that of the caller for none. One call to AWS for each region.
 * Everything that is secret is masked before anything else is done with it; the password on its own in the log of this
 * step alone, where the job is to pass it on.
 */
export async function ecrLogins(
  world: World,
  registries: readonly string[],
  region: string | undefined,
  passwordMask?: 'step',
): Promise<readonly RegistryLogin[]> {
  const wanted = [...new Set(registries.map((one) => one.toLowerCase()))].map((registry) => {
    const where = isAccount(registry) ? undefined : ecrHost(registry);
    if (where?.kind === 'public') return { registry, at: 'public' as const, account: '' };
    return where
      ? { registry, at: where.region, account: where.accountId }
      : { registry, at: region, account: registry };
  });
  if (wanted.length === 0)
    return (await privateTokens(world, region, [])).map((one) => read(world, one, passwordMask));
  const places = [...new Set(wanted.map(({ at }) => at))];
  const found = new Map<string, Authorization[]>();
  for (const place of places) {
    const here = wanted.filter(({ at }) => at === place);
    const tokens =
      place === 'public'
        ? [await publicToken(world)]
        : await privateTokens(world, place, [...new Set(here.map(({ account }) => account))]);
    for (const { registry, account } of here) {
      const own = tokens.find((one) => one.registry.startsWith(`${account}.`)) ?? tokens[0]!;
      // A registry named by host may be at another endpoint (FIPS, dual-stack, a VPC's) than ECR
      // tells.
      found.set(registry, isAccount(registry) ? forAccount(tokens, own) : [{ ...own, registry }]);
    }
  }
  const all = wanted.flatMap(({ registry }) => found.get(registry) ?? []);
  return all
    .filter((one, index) => all.findIndex((other) => other.registry === one.registry) === index)
    .map((one) => read(world, one, passwordMask));
}

/** A registry on this machine serves every account, so what it tells is taken as it is. */
const forAccount = (tokens: readonly Authorization[], own: Authorization) =>
  ecrHost(own.registry) ? [own] : [...tokens];

export const publicLogin = async (world: World, passwordMask?: 'step'): Promise<RegistryLogin> =>
  read(world, await publicToken(world), passwordMask);

/** The login to one registry by its host. */
export async function ecrLoginTo(world: World, registry: string): Promise<RegistryLogin | undefined> {
  const where = ecrHost(registry);
  const logins = await ecrLogins(world, where ? [registry] : [], undefined);
  return logins.find((one) => one.registry === registry);
}

async function privateTokens(
  { aws, host }: World,
  region: string | undefined,
  accounts: readonly string[],
): Promise<readonly Authorization[]> {
  const registryIds = accounts.slice(0, mostIds);
  const { authorizationData } = await (await aws.ecr(region)).getAuthorizationToken(
    registryIds.length > 0 ? { registryIds } : {},
    { signal: host.cancellation },
  );
  for (const { authorizationToken } of authorizationData ?? [])
    if (authorizationToken) host.mask(authorizationToken);
  return privateAuthorizations(authorizationData, accounts);
}

async function publicToken({ aws, host }: World): Promise<Authorization> {
  const { authorizationData } = await (await aws.ecrPublic()).getAuthorizationToken(
    {},
    { signal: host.cancellation },
  );
  if (authorizationData?.authorizationToken) host.mask(authorizationData.authorizationToken);
  return publicAuthorization(authorizationData);
}

function read({ host }: World, authorization: Authorization, passwordMask?: 'step'): RegistryLogin {
  const login = loginOf(authorization);
  host.mask(login.password, passwordMask);
  for (const secret of encodedSecrets(authorization.token, login)) host.mask(secret);
  return login;
}

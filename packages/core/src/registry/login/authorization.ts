import type { AuthorizationData } from '@aws-sdk/client-ecr';
import { LandfallError } from '../../errors/landfall-error.ts';
import { ecrHost, isLoopback } from '../../image/reference/ecr-host.ts';

/** A login that AWS gave for one registry. */
export interface RegistryLogin {
  /** Host with its port, as images name it. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
  readonly expiresAt?: Date;
}

interface PublicAuthorization {
  readonly authorizationToken?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/** A datum of GetAuthorizationToken with its endpoint known, its token not decoded yet. */
export interface Authorization {
  readonly registry: string;
  readonly token: string;
  readonly expiresAt?: Date;
}

const invalid = (summary: string) => new LandfallError('RESPONSE_INVALID', { summary });

/**
 * One authorization for each requested account, or for the caller's own. A token is not bound to a registry,
 * so where ECR answers with fewer endpoints than accounts, the host of the others follows from the first.
 * @throws RESPONSE_INVALID for no data, no token, or an endpoint that is not ECR's
 */
export function privateAuthorizations(
  data: readonly AuthorizationData[] | undefined,
  accounts: readonly string[],
): readonly Authorization[] {
  if (!data || data.length === 0) throw invalid('GetAuthorizationToken returned no authorization data');
  const given = data.map(({ authorizationToken, proxyEndpoint, expiresAt }): Authorization => {
    if (!authorizationToken) throw invalid('GetAuthorizationToken returned no token');
    return {
      registry: hostOfEndpoint(proxyEndpoint),
      token: authorizationToken,
      ...(expiresAt && { expiresAt }),
    };
  });
  const first = given[0]!;
  const ofFirst = ecrHost(first.registry);
  // A registry on this machine (a sandbox) serves every account under one host.
  if (accounts.length === 0 || ofFirst?.kind !== 'private') {
    return given.filter(
      (one, index) => given.findIndex((other) => other.registry === one.registry) === index,
    );
  }
  return accounts.map((account) => {
    const registry = `${account}${first.registry.slice(ofFirst.accountId.length)}`;
    return given.find((one) => one.registry === registry) ?? { ...first, registry };
  });
}

/** @throws RESPONSE_INVALID */
export function publicAuthorization(data: PublicAuthorization | undefined): Authorization {
  if (!data?.authorizationToken)
    throw invalid('GetAuthorizationToken of ECR Public returned no authorization data');
  const { authorizationToken: token, expiresAt } = data;
  return { registry: 'public.ecr.aws', token, ...(expiresAt && { expiresAt }) };
}

/** The endpoint is where the password goes: ECR, or a registry on this machine, and nowhere else. */
function hostOfEndpoint(endpoint: string | undefined): string {
  const url = URL.canParse(endpoint ?? '') ? new URL(endpoint!) : undefined;
  const accepted =
    url && (url.protocol === 'https:' ? ecrHost(url.host) : url.protocol === 'http:' && isLoopback(url.host));
  if (!url || !accepted) {
    throw invalid(
      `GetAuthorizationToken returned the endpoint ${endpoint ? `"${endpoint}"` : '(none)'}, which is not an ECR registry`,
    );
  }
  return url.host;
}

/** The token is `user:password` in Base64. @throws RESPONSE_INVALID, without showing it */
export function loginOf({ registry, token, expiresAt }: Authorization): RegistryLogin {
  const text = decode(token);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 1 || colon === text.length - 1)
    throw invalid(`the authorization token for ${registry} is not "user:password" in Base64`);
  return {
    registry,
    username: text.slice(0, colon),
    password: text.slice(colon + 1),
    ...(expiresAt && { expiresAt }),
  };
}

function decode(token: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(atob(token), (character) => character.charCodeAt(0)),
    );
  } catch {
    // Not Base64, or not text.
    return undefined;
  }
}

/** The other forms in which the password may be printed: the token, and what is in Docker's config.json. */
export const encodedSecrets = (token: string, { username, password }: RegistryLogin): readonly string[] => [
  token,
  encode(`${username}:${password}`),
];

const encode = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

import type { IncomingMessage } from 'node:http';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { ecrHost, isLoopback } from '@landfall/core/image/reference/ecr-host';
import { refusalOf } from '@landfall/core/registry/push/refusal';
import type { Credentials, HiddenCredentials } from '@landfall/core/world/registry-credentials';
import { type Challenge, parseChallenge } from './challenge.ts';
import { type HttpRequest, type HttpSend, readBody } from './http.ts';
import { noAnswer } from './no-answer.ts';
import { retryAfterOf } from './refused.ts';

export interface SessionRequest extends Omit<HttpRequest, 'url'> {
  /** Path and query after the host, or the absolute URL that the registry gave. */
  readonly path: string;
  /** `repository:team/app:pull,push`; several for a mount from another repository. */
  readonly scopes: readonly string[];
}

export interface Session {
  readonly registry: string;
  /** Scheme and host. */
  readonly base: string;
  send(request: SessionRequest): Promise<IncomingMessage>;
}

/** One registry, with the login found for it, and the tokens got with that. */
export function openSession(
  registry: string,
  http: HttpSend,
  credentials: () => Promise<Credentials | undefined>,
  hidden: HiddenCredentials,
): Session {
  const base = `${isLoopback(registry) ? 'http' : 'https'}://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}`;
  const headers = new Map<string, string>();
  let login: Promise<Credentials | undefined> | undefined;

  const authorize = async (
    challenge: Challenge,
    scopes: readonly string[],
    signal: AbortSignal | undefined,
  ) => {
    login ??= credentials();
    const found = await login;
    if (found?.kind === 'password') hidden.addPassword(found.username, found.password);
    else if (found) hidden.addToken(found.token);
    if (challenge.scheme === 'basic') {
      if (found?.kind !== 'password') throw noLogin(registry);
      return basic(found);
    }
    if (ecrHost(registry)?.kind === 'private') throw noTokenServer(registry, challenge);
    const token = await fetchToken(http, challenge, scopes, found, registry, signal);
    hidden.addToken(token);
    return `Bearer ${token}`;
  };

  return {
    registry,
    base,
    async send({ path, scopes, ...request }) {
      const url = new URL(path, base);
      const key = scopes.join(' ');
      // A registry may send us elsewhere for a blob; what it gave us to log in with stays with it.
      const own = url.origin === new URL(base).origin;
      const attempt = async () => {
        const authorization = own ? headers.get(key) : undefined;
        try {
          return await http({
            ...request,
            url,
            headers: { ...request.headers, ...(authorization !== undefined && { authorization }) },
          });
        } catch (thrown) {
          throw noAnswer(`the registry ${registry} did not respond`, registry, thrown, request.signal);
        }
      };
      const first = await attempt();
      const challenge = first.statusCode === 401 && own ? parseChallenge(challengeOf(first)) : undefined;
      if (!challenge) return first;
      first.resume();
      headers.set(key, await authorize(challenge, scopes, request.signal));
      const repeatable = request.body === undefined || request.body instanceof Uint8Array;
      if (repeatable) return attempt();
      // A stream is spent after the first try; the requests before it were let in, so the token ended since.
      throw new LandfallError('CREDENTIALS_EXPIRED', {
        summary: `the token for ${registry} expired before a blob could be sent`,
        remedy: 'Run the step again; what is already there is not sent twice.',
        facts: { registry, transient: true },
      });
    },
  };
}

/** A password for Amazon ECR is for Amazon ECR, which takes it itself. */
const noTokenServer = (registry: string, { realm }: Challenge) =>
  new LandfallError('RESPONSE_INVALID', {
    summary: `${registry} names a token server (${realm ?? 'without an address'}), which Amazon ECR does not have; the credentials are not sent there`,
    remedy: 'Something else responds under this name: check the network, the proxy settings and DNS.',
    facts: { registry },
  });

const challengeOf = (response: IncomingMessage) => response.headers['www-authenticate'];

const basic = ({ username, password }: { username: string; password: string }) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Docker's token specification: GET with Basic, or POST with a refresh token (OAuth 2). */
async function fetchToken(
  http: HttpSend,
  challenge: Challenge,
  scopes: readonly string[],
  login: Credentials | undefined,
  registry: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const realm = URL.canParse(challenge.realm ?? '') ? new URL(challenge.realm!) : undefined;
  // A token server over plain HTTP would be told the password in the open.
  if (!realm || (realm.protocol !== 'https:' && !isLoopback(realm.host))) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `the registry ${registry} does not name a token server that can be trusted (realm ${challenge.realm ?? 'missing'})`,
    });
  }
  const service = challenge.service ?? '';
  const who = `the token server of ${registry}`;
  const asked =
    login?.kind === 'identity-token'
      ? http({
          method: 'POST',
          url: realm,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: Buffer.from(
            new URLSearchParams({
              grant_type: 'refresh_token',
              refresh_token: login.token,
              service,
              scope: scopes.join(' '),
              client_id: 'landfall',
            }).toString(),
          ),
          signal,
        })
      : http({
          method: 'GET',
          url: withQuery(realm, service, scopes),
          headers: login ? { authorization: basic(login) } : {},
          signal,
        });
  const response = await asked.catch((thrown: unknown) => {
    throw noAnswer(`${who} did not respond`, registry, thrown, signal);
  });
  const text = Buffer.from(await readBody(response, 1024 * 1024, registry, who)).toString('utf8');
  if (response.statusCode !== 200) throw tokenRefusal(response, who, text, registry, login !== undefined);
  const { token, access_token } = parseToken(text);
  const found = token ?? access_token;
  if (typeof found !== 'string' || found === '') {
    throw new LandfallError('RESPONSE_INVALID', { summary: `${who} returned no token` });
  }
  return found;
}

function tokenRefusal(
  response: IncomingMessage,
  who: string,
  text: string,
  registry: string,
  hasLogin: boolean,
): LandfallError {
  const status = response.statusCode ?? 0;
  const summary = `${who} answered ${status}${reasonIn(text)}`;
  const { transient, code, remedy } = refusalOf({ status, text: '' });
  const retryAfter = retryAfterOf(response);
  // It says nothing of the login then.
  if (transient) {
    const facts = { registry, status, transient, ...(retryAfter !== undefined && { retryAfter }) };
    return new LandfallError(code, { summary, remedy, facts });
  }
  return new LandfallError('PUSH_DENIED', {
    summary,
    remedy: hasLogin
      ? `The login stored by Docker for ${registry} was rejected: log in to it again.`
      : `Log in to ${registry} before this step.`,
    facts: { registry, status, transient: false },
  });
}

function withQuery(realm: URL, service: string, scopes: readonly string[]): URL {
  const url = new URL(realm);
  if (service) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return url;
}

/** Docker Hub and others tell it in `details`, distribution in `errors`. */
function reasonIn(text: string): string {
  try {
    const { details, errors } = JSON.parse(text) as { details?: unknown; errors?: { message?: unknown }[] };
    const [reason] = [details, errors?.[0]?.message].filter((one) => typeof one === 'string');
    return reason === undefined ? '' : `: ${String(reason).slice(0, 300)}`;
  } catch {
    // A page, or nothing: the status speaks.
    return '';
  }
}

function parseToken(text: string): { token?: unknown; access_token?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // Not a token; the caller says so.
    return {};
  }
}

const noLogin = (registry: string) =>
  new LandfallError('PUSH_DENIED', {
    summary: `the registry ${registry} requires a login, and Docker has none for it`,
    remedy: 'Log in to this registry first (for ECR, ecr-login does that).',
    facts: { registry, status: 401 },
  });

import type { IncomingMessage } from 'node:http';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { HttpSend } from './http.ts';
import { noAnswer } from './no-answer.ts';
import type { Session, SessionRequest } from './session.ts';

const redirects = [301, 302, 303, 307, 308];
/** registry.k8s.io redirects to another registry, which redirects to its store; none is known to redirect further. */
const mostRedirects = 5;

interface ReadRequest extends SessionRequest {
  readonly method: 'GET' | 'HEAD';
}

interface ReadAnswer {
  readonly response: IncomingMessage;
  /** The host that answered in the end, where it is not the registry. */
  readonly elsewhere?: string;
}

/**
 * Sends a request to a registry and follows redirects: any request may be redirected, and blobs are as a
 * rule kept elsewhere. Another host is not told our login: it was meant for the registry, and an object store
 * refuses two.
 * https://github.com/opencontainers/distribution-spec/pull/607
 */
export async function readFollowing(
  session: Session,
  http: HttpSend,
  { path, ...request }: ReadRequest,
): Promise<ReadAnswer> {
  const { registry, base } = session;
  let url = new URL(path, base);
  for (let followed = 0; ; followed += 1) {
    const own = url.origin === new URL(base).origin;
    const { scopes: _, ...plain } = request;
    const response = own
      ? await session.send({ ...request, path: url.href })
      : await http({ ...plain, url }).catch((thrown: unknown) => {
          throw noAnswer(
            `${url.host}, to which ${registry} redirects, did not respond`,
            registry,
            thrown,
            request.signal,
          );
        });
    const next = nextOf(response, url);
    if (next === undefined) return { response, ...(!own && { elsewhere: url.host }) };
    response.resume();
    if (followed === mostRedirects) {
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `${registry} redirects more than ${mostRedirects} times (at last to ${next.host})`,
        facts: { registry },
      });
    }
    url = next;
  }
}

function nextOf({ statusCode, headers }: IncomingMessage, at: URL): URL | undefined {
  const { location } = headers;
  if (location === undefined || !redirects.includes(statusCode ?? 0)) return undefined;
  const next = URL.canParse(location, at.href) ? new URL(location, at) : undefined;
  return next && /^https?:$/.test(next.protocol) ? next : undefined;
}

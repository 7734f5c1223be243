import type { IncomingMessage } from 'node:http';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { describedBy } from '@landfall/core/registry/described-by';
import type { Descriptor, RegistryTarget } from '@landfall/core/world/registry';
import { digestForm } from './check-digest.ts';
import { readFollowing } from './follow.ts';
import { type HttpSend, readBody } from './http.ts';
import { refusal } from './refused.ts';
import type { Session } from './session.ts';

const pageLimit = 4 * 1024 * 1024;
/** More pages than any image has signatures; a registry that leads in a circle must not keep us. */
const mostPages = 50;

/** See `Registry.referrers`. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers */
export async function referrers(
  session: Session,
  http: HttpSend,
  target: RegistryTarget,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | undefined> {
  const { repository, reference } = target;
  const found: Descriptor[] = [];
  let path: string | undefined = `/v2/${repository}/referrers/${reference}`;
  for (let page = 0; path !== undefined && page < mostPages; page += 1) {
    const { response, elsewhere } = await readFollowing(session, http, {
      method: 'GET',
      path,
      scopes: [`repository:${repository}:pull`],
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      signal,
    });
    if (page === 0 && hasNoApi(response, elsewhere !== undefined)) {
      response.resume();
      return undefined;
    }
    if (response.statusCode !== 200) throw await refusal(response, target, 'read');
    const bytes = await readBody(response, pageLimit, target.registry);
    found.push(...descriptorsOf(bytes, target));
    const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(String(response.headers.link ?? ''))?.[1];
    const url = next === undefined ? undefined : new URL(next, session.base);
    if (url && url.origin !== new URL(session.base).origin) break;
    path = url && `${url.pathname}${url.search}`;
  }
  return found;
}

/**
 * By the specification 404 says that there is no such API. Others answer as they do to any address that they do not
 * know, ghcr.io by a redirect to a page of github.com, which refuses us as it likes.
 */
function hasNoApi({ statusCode = 0, headers }: IncomingMessage, elsewhere: boolean): boolean {
  if (statusCode === 200) return /^text\//.test(headers['content-type'] ?? '');
  return [400, 404, 405, 406, 501].includes(statusCode) || (elsewhere && statusCode < 500);
}

function descriptorsOf(bytes: Uint8Array, { registry, reference }: RegistryTarget): readonly Descriptor[] {
  const invalid = () =>
    new LandfallError('RESPONSE_INVALID', {
      summary: `${registry} answered with no list of what refers to ${reference}`,
    });
  let parsed: { manifests?: unknown };
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw invalid();
  }
  if (!Array.isArray(parsed?.manifests)) throw invalid();
  return parsed.manifests.map((one: Partial<Descriptor>) => {
    if (!digestForm.test(one?.digest ?? '') || typeof one.size !== 'number') throw invalid();
    return {
      mediaType: String(one.mediaType ?? ''),
      digest: one.digest!,
      size: one.size,
      ...describedBy(one),
    };
  });
}

import type { IncomingMessage } from 'node:http';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { describedBy } from '@landfall/core/registry/read/manifest-content';
import type { Descriptor, RegistryTarget } from '@landfall/core/world/registry';
import { digestForm } from './check-digest.ts';
import { readFollowing } from './follow.ts';
import { type HttpSend, readBody } from './http.ts';
import { refusal } from './refused.ts';
import type { Session } from './session.ts';

const pageLimit = 4 * 1024 * 1024;
/** More pages than any image has signatures. */
const mostPages = 200;

/** See `Registry.referrers`. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers */
export async function referrers(
  session: Session,
  http: HttpSend,
  target: RegistryTarget,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | undefined> {
  const { repository, reference } = target;
  const found: Descriptor[] = [];
  const asked = new Set<string>();
  let path: string | undefined = `/v2/${repository}/referrers/${reference}`;
  while (path !== undefined) {
    // With a partial list, the caller would take the rest for missing.
    if (asked.has(path) || asked.size === mostPages) throw endless(target);
    asked.add(path);
    const { response, elsewhere } = await readFollowing(session, http, {
      method: 'GET',
      path,
      scopes: [`repository:${repository}:pull`],
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      signal,
    });
    if (asked.size === 1 && hasNoApi(response, elsewhere !== undefined)) {
      response.resume();
      return undefined;
    }
    if (response.statusCode !== 200) throw await refusal(response, target, 'read');
    const bytes = await readBody(response, pageLimit, target.registry);
    found.push(...descriptorsOf(bytes, target));
    path = nextOf(response, session, target);
  }
  return found;
}

/**
 * The next page. A registry behind a proxy may write its own scheme or host, which we do not know it by: only the path
 * is followed, and our login goes nowhere else.
 */
function nextOf({ headers }: IncomingMessage, { base }: Session, target: RegistryTarget): string | undefined {
  for (const [, address, parameters] of String(headers.link ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*"?next\b/i.test(parameters!)) continue;
    if (!URL.canParse(address!, base))
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `${target.registry} returned an invalid address for the next page of what refers to ${target.reference}`,
      });
    const { pathname, search } = new URL(address!, base);
    return `${pathname}${search}`;
  }
  return undefined;
}

const endless = ({ registry, repository, reference }: RegistryTarget) =>
  new LandfallError('RESPONSE_INVALID', {
    summary: `${registry} returns an endless list of what refers to ${repository} (${reference})`,
    remedy:
      'Ask the operator of the registry. The image can be promoted without its signatures and attestations with `referrers: false`.',
    facts: { registry },
  });

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
      summary: `${registry} did not return a list of what refers to ${reference}`,
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

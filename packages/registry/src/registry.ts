import type { IncomingMessage } from 'node:http';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { manifestTypes, ociTypes } from '@landfall/core/image/reference/manifest-types';
import type { Descriptor, Registry, RegistryTarget } from '@landfall/core/world/registry';
import type { RegistryCredentials } from '@landfall/core/world/registry-credentials';
import { copyBlob, hasBlob, headRefused, openBlob } from './blobs.ts';
import { checkDigest, digestForm } from './check-digest.ts';
import { readFollowing } from './follow.ts';
import { createHttp, type HttpSend, readBody } from './http.ts';
import { referrers } from './referrers.ts';
import { isNameUnknown, refusal } from './refused.ts';
import { openSession, type Session } from './session.ts';

interface RegistryOptions {
  /** The proxy variables are read from here and nowhere else. */
  readonly environment: NodeJS.ProcessEnv;
  readonly credentials: RegistryCredentials;
  readonly http?: HttpSend;
}

/** OCI distribution spec: a manifest of at most 4 MiB must be taken by every registry. */
const manifestLimit = 4 * 1024 * 1024;

export function createRegistry({
  environment,
  credentials: { find, hidden },
  http = createHttp(environment),
}: RegistryOptions): Registry {
  const sessions = new Map<string, Session>();
  const session = (registry: string) => {
    let found = sessions.get(registry);
    if (!found) {
      found = openSession(registry, http, () => find(registry), hidden);
      sessions.set(registry, found);
    }
    return found;
  };
  const path = ({ repository, reference }: RegistryTarget) => `/v2/${repository}/manifests/${reference}`;
  const read = async (
    method: 'GET' | 'HEAD',
    target: RegistryTarget,
    signal: AbortSignal | undefined,
  ): Promise<IncomingMessage | undefined> => {
    const { response } = await readFollowing(session(target.registry), http, {
      method,
      path: path(target),
      scopes: [`repository:${target.repository}:pull`],
      headers: { accept: manifestTypes.join(', ') },
      signal,
    });
    if (method === 'HEAD' && headRefused.includes(response.statusCode ?? 0)) {
      response.resume();
      return await read('GET', target, signal);
    }
    if (response.statusCode === 200) return response;
    const refused = await refusal(response, target, 'read');
    // A HEAD has no body, so a missing repository looks like a missing tag there; both mean: no such image.
    if (response.statusCode === 404 && (method === 'HEAD' || !isNameUnknown(refused))) return undefined;
    throw refused;
  };
  const manifest: Registry['manifest'] = async (target, { signal } = {}) => {
    const response = await read('GET', target, signal);
    if (!response) return undefined;
    const bytes = await readBody(response, manifestLimit, target.registry);
    const told = digestForm.test(target.reference)
      ? target.reference
      : header(response, 'docker-content-digest');
    const digest = checkDigest(bytes, target, told);
    if (!isManifest(bytes)) {
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `${target.registry} answered for ${target.repository}:${target.reference} with ${mediaType(response) || 'something'}, which is not a manifest`,
        facts: { registry: target.registry },
      });
    }
    return { mediaType: manifestType(bytes, mediaType(response)), digest, size: bytes.length, bytes };
  };
  return hidingIn(hidden, {
    async head(target, options = {}) {
      const response = await read('HEAD', target, options.signal);
      response?.resume();
      const told = response && descriptor(response, target);
      // Not every registry tells the digest here, and a page that answers for everything tells none.
      const found = response && (told ?? (await manifest(target, options)));
      return found && { mediaType: found.mediaType, digest: found.digest, size: found.size };
    },
    manifest,
    async putManifest(target, { bytes, mediaType: type, digest }, { signal } = {}) {
      const response = await session(target.registry).send({
        method: 'PUT',
        path: path(target),
        scopes: [`repository:${target.repository}:pull,push`],
        headers: { 'content-type': type },
        body: bytes,
        signal,
      });
      if (response.statusCode !== 201 && response.statusCode !== 200)
        throw await refusal(response, target, 'write');
      response.resume();
      const told = header(response, 'docker-content-digest') ?? digest;
      if (told !== digest) {
        throw new LandfallError('RESPONSE_INVALID', {
          summary: `${target.registry} stored ${target.repository}:${target.reference} as ${told}, not ${digest}`,
        });
      }
      return digest;
    },
    async blob(target, { signal } = {}) {
      const response = await openBlob(session(target.registry), http, target, signal);
      if (!response) return undefined;
      const bytes = await readBody(response, manifestLimit, target.registry);
      checkDigest(bytes, target, target.reference);
      return bytes;
    },
    referrers: (target, { signal } = {}) => referrers(session(target.registry), http, target, signal),
    hasBlob: (target, { signal, size } = {}) =>
      hasBlob(session(target.registry), http, target, [`repository:${target.repository}:pull`], size, signal),
    copyBlob: (request, { signal } = {}) => copyBlob(session, http, request, signal),
  });
}

/** A registry may echo our login in any answer, and every answer may end up in an error. */
function hidingIn(hidden: RegistryCredentials['hidden'], registry: Registry): Registry {
  const guarded =
    <Given extends readonly unknown[], Result>(act: (...given: Given) => Promise<Result>) =>
    (...given: Given) =>
      act(...given).catch((thrown: unknown) => {
        throw hidden.hideIn(thrown);
      });
  return {
    head: guarded(registry.head),
    manifest: guarded(registry.manifest),
    putManifest: guarded(registry.putManifest),
    referrers: guarded(registry.referrers),
    hasBlob: guarded(registry.hasBlob),
    blob: guarded(registry.blob),
    copyBlob: guarded(registry.copyBlob),
  };
}

const header = (response: IncomingMessage, name: string) => {
  const value = response.headers[name];
  return typeof value === 'string' ? value : undefined;
};
/** By a tag nothing else tells a manifest from the page of a proxy. */
const isManifest = (bytes: Uint8Array) => typeof membersOf(bytes).schemaVersion === 'number';

/**
 * What a manifest calls itself; else what its registry calls it, if that is a type of manifests: some answer with
 * none, or with `application/octet-stream`. An OCI manifest need not name its type, and is known by its members.
 */
function manifestType(bytes: Uint8Array, told: string): string {
  const { mediaType: own, manifests, config } = membersOf(bytes);
  if (typeof own === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(own)) return own;
  if (told.includes('manifest') || told.includes('image.index')) return told;
  if (manifests !== undefined) return ociTypes.index;
  return config === undefined ? told : ociTypes.image;
}

interface ManifestMembers {
  readonly schemaVersion?: unknown;
  readonly mediaType?: unknown;
  readonly manifests?: unknown;
  readonly config?: unknown;
}

function membersOf(bytes: Uint8Array): ManifestMembers {
  try {
    return (JSON.parse(Buffer.from(bytes).toString('utf8')) ?? {}) as ManifestMembers;
  } catch {
    // No JSON: no manifest.
    return {};
  }
}

const mediaType = (response: IncomingMessage) =>
  (header(response, 'content-type') ?? '').split(';')[0]!.trim();

/**
 * Undefined when the registry does not report the digest. @throws RESPONSE_INVALID for another than was
 * requested
 */
function descriptor(response: IncomingMessage, target: RegistryTarget): Descriptor | undefined {
  const digest = header(response, 'docker-content-digest');
  if (digest === undefined || !digestForm.test(digest)) return undefined;
  if (digestForm.test(target.reference) && digest !== target.reference) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `${target.registry} answered for ${target.repository}@${target.reference} with the digest ${digest}`,
      facts: { registry: target.registry },
    });
  }
  return { mediaType: mediaType(response), digest, size: Number(header(response, 'content-length') ?? 0) };
}

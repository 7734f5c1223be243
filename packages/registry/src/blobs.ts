import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { mayLook } from '@landfall/core/registry/push/refusal';
import type { CopiedBlob, CopyBlobRequest, RegistryTarget } from '@landfall/core/world/registry';
import { readFollowing } from './follow.ts';
import { endIn, type HttpSend, type StreamedBody } from './http.ts';
import { noAnswer } from './no-answer.ts';
import { refusal } from './refused.ts';
import type { Session } from './session.ts';

/**
 * A refused HEAD has no body: an expired login looks like one without permission. Some proxies refuse every HEAD.
 */
export const headRefused = [400, 401, 403, 405, 501];

/** The content of a blob as a stream; undefined when the repository has none of this digest. */
export async function openBlob(
  session: Session,
  http: HttpSend,
  target: RegistryTarget,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage | undefined> {
  const { response } = await readFollowing(session, http, {
    method: 'GET',
    path: `/v2/${target.repository}/blobs/${target.reference}`,
    scopes: [`repository:${target.repository}:pull`],
    signal,
  });
  if (response.statusCode === 200) return response;
  if (response.statusCode === 404) {
    response.resume();
    return undefined;
  }
  throw await refusal(response, target, 'read');
}

/**
 * See `Registry.hasBlob`. `scopes` are those of what is done with the repository. A registry may answer HEAD
 * out of a cache that knows nothing of what was deleted since (distribution's `blobdescriptor` after a
 * garbage collection), so the first byte is requested as well; where it leads to its store for that, it has
 * looked. One that is shorter or longer than its descriptor says was cut off, or written over: a registry
 * compares no content with its digest again.
 */
export async function hasBlob(
  session: Session,
  http: HttpSend,
  target: RegistryTarget,
  scopes: readonly string[],
  size: number | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const path = `/v2/${target.repository}/blobs/${target.reference}`;
  // A registry may send us to its store for this, too.
  const { response: told } = await readFollowing(session, http, { method: 'HEAD', path, scopes, signal });
  const toldStatus = told.statusCode ?? 0;
  if (![200, 404, ...headRefused].includes(toldStatus)) throw await refusal(told, target, 'read');
  told.resume();
  if (toldStatus === 404) return false;
  if (toldStatus === 200 && isAnother(told.headers['content-length'], size)) return false;
  const headers = { range: 'bytes=0-0' };
  const byte = await session.send({ method: 'GET', path, scopes, headers, signal });
  const status = byte.statusCode ?? 0;
  if (held.includes(status) || status === 404) {
    // The whole of it would come where no range is known.
    if (status === 200) byte.destroy();
    else byte.resume();
    // `bytes 0-0/1234`, or `bytes */1234` where it has no first byte.
    const total =
      status === 200 ? byte.headers['content-length'] : byte.headers['content-range']?.replace(/^.*\//, '');
    return status !== 404 && !(status === 416 && size !== undefined && size > 0) && !isAnother(total, size);
  }
  const refused = await refusal(byte, target, 'read');
  // To push is one permission and to read another: then the first answer has to do.
  if (toldStatus === 200 && refused.code === 'PUSH_DENIED') return true;
  if (toldStatus !== 403 || refused.code !== 'PUSH_DENIED') throw refused;
  throw new LandfallError('PUSH_DENIED', {
    summary: `${target.registry} refused to report whether ${target.repository} holds ${target.reference}: 403`,
    remedy: mayLook,
    details: [refused.summary],
    facts: refused.facts,
  });
}

const isAnother = (told: string | undefined, size: number | undefined): boolean =>
  size !== undefined && told !== undefined && /^\d+$/.test(told) && Number(told) !== size;

/** The byte, all of it, no byte because the blob is empty, or where it is. */
const held = [200, 206, 416, 301, 302, 303, 307, 308];

/**
 * A blob that takes longer drips: milliseconds in addition to what its size takes at a rate that no network is
 * below.
 */
const slowest = { base: 5 * 60_000, bytesPerSecond: 16 * 1024 };

/** See `Registry.copyBlob`. */
export async function copyBlob(
  sessionOf: (registry: string) => Session,
  http: HttpSend,
  request: CopyBlobRequest,
  signal: AbortSignal | undefined,
): Promise<CopiedBlob> {
  const { from, to, digest, size } = request;
  const target = { ...to, reference: digest };
  const session = sessionOf(to.registry);
  const same = from.registry === to.registry;
  const scopes = [
    `repository:${to.repository}:pull,push`,
    ...(same && from.repository !== to.repository ? [`repository:${from.repository}:pull`] : []),
  ];
  if (await hasBlob(session, http, target, scopes, size, signal)) return 'present';

  const mount = same
    ? `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from.repository)}`
    : '';
  const started = await session.send({
    method: 'POST',
    path: `/v2/${to.repository}/blobs/uploads/${mount}`,
    scopes,
    headers: { 'content-length': '0' },
    signal,
  });
  if (started.statusCode === 201) {
    started.resume();
    return 'mounted';
  }
  if (started.statusCode !== 202) throw await refusal(started, target, 'write');
  started.resume();
  const source = await openBlob(sessionOf(from.registry), http, { ...from, reference: digest }, signal);
  if (!source) {
    throw new LandfallError('NOT_FOUND', {
      summary: `${from.registry}/${from.repository} has no blob ${digest}, which its manifest references`,
      remedy: 'The image in the source is incomplete: push it there again.',
    });
  }
  source.once('close', endIn(source, slowest.base + (size / slowest.bytesPerSecond) * 1000));
  const uploaded = await session.send({
    method: 'PATCH',
    path: locationOf(started, target),
    scopes,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: checked(source, request),
    signal,
  });
  // The specification says 202; ECR says 201, others 204.
  if (![201, 202, 204].includes(uploaded.statusCode ?? 0)) throw await refusal(uploaded, target, 'write');
  uploaded.resume();
  const end = locationOf(uploaded, target);
  const finished = await session.send({
    method: 'PUT',
    path: `${end}${end.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`,
    scopes,
    headers: { 'content-length': '0' },
    signal,
  });
  if (finished.statusCode !== 201) throw await refusal(finished, target, 'write');
  finished.resume();
  return 'copied';
}

function locationOf(response: IncomingMessage, { registry, repository }: RegistryTarget): string {
  const { location } = response.headers;
  if (location !== undefined && URL.canParse(location, 'http://registry.invalid')) return location;
  throw new LandfallError('RESPONSE_INVALID', {
    summary: `${registry} did not return where to continue the upload to ${repository}`,
  });
}

/** The content as it comes, which fails at its end when it was not the content of this digest. */
function checked(
  stream: IncomingMessage,
  { from, digest: reference, size, onBytes }: CopyBlobRequest,
): StreamedBody {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    stream,
    see(chunk) {
      bytes += chunk.length;
      onBytes?.(chunk.length);
      hash.update(chunk);
      releaseBuffers(chunk.length);
    },
    brokenOff: (thrown) =>
      noAnswer(
        `the registry ${from.registry} closed the connection in the middle of ${reference}`,
        from.registry,
        thrown,
      ),
    problem() {
      const digest = `sha256:${hash.digest('hex')}`;
      if (digest === reference && bytes === size) return undefined;
      return new LandfallError('RESPONSE_INVALID', {
        summary: `${from.registry}/${from.repository} returned content with digest ${digest} for the blob ${reference}, ${bytes} of ${size} bytes`,
        // A proxy may cut an answer off as if it had ended there.
        facts: { registry: from.registry, transient: bytes < size },
      });
    },
  };
}

type Collect = (options: { readonly type: 'minor' }) => void;

/** Measured for 1 GiB: half of it saves another 25 MB and takes a tenth longer. */
const everyBytes = 16 * 1024 * 1024;
let since = 0;
let collect: Collect | undefined;

/**
 * Told of the bytes of content that went by, in all streams of the process. Every read leaves a buffer of 64 KiB
 * behind; V8 counts only the small object in front of it, and lets 64 MB of such buffers stand. Collecting the young
 * objects frees them in about a millisecond.
 */
function releaseBuffers(bytes: number): void {
  since += bytes;
  if (since < everyBytes) return;
  since = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

function collector(): Collect {
  setFlagsFromString('--expose-gc');
  // Only a context made after the flag has the function.
  return runInNewContext('gc');
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpRegistry } from '@landfall/registry/testing/http-registry';
import { digestOf, imageType } from '../oci-image.ts';

/** What a registry may answer that is not so, and what may happen to it that this run did not ask for. */
export const lies = [
  'HEAD of a manifest: not there',
  'HEAD of a manifest: there',
  'HEAD of a manifest: another digest',
  'GET of a manifest: not there',
  'GET of a manifest: another one',
  'GET of a manifest: no type of a manifest',
  'GET of a manifest: another digest in the header',
  'PUT of a manifest: taken, and not kept',
  'PUT of a manifest: kept, and an error',
  'PUT of a manifest: another digest in the header',
  'HEAD of a blob: not there',
  'HEAD of a blob: there',
  'upload: taken, and not kept',
  'upload: not taken, and an error',
  'mount: done, and not kept',
  'referrers: the next page at another host',
  'referrers: pages without end',
  'anything: the page of a proxy',
  'anything: no answer',
  'somebody removes a tag',
  'somebody moves a tag',
  'somebody removes a manifest',
  'somebody removes a blob',
] as const;
export type Lie = (typeof lies)[number];

/** What a repository holds indeed. */
export interface RepositoryContent {
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>;
  readonly tags: Map<string, string>;
  readonly blobs: Map<string, Buffer>;
}

export interface LyingRegistry extends AsyncDisposable {
  readonly host: string;
  /** A repository, created on first use. */
  at(name: string): RepositoryContent;
  /** `GET manifests/v1` for what was asked of any repository, `gone sha256:…` for what someone removed. */
  readonly log: readonly string[];
  /** From now on it tells the truth, and no one else writes to it. */
  reform(): void;
}

interface RegistryRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly url: URL;
  readonly name: string;
  readonly rest: string;
}

/**
 * @param tells whether a lie about a repository is told at an occasion for it; without one the registry is
 * honest
 */
export async function lyingRegistry(
  tells: (lie: Lie, name: string) => boolean = () => false,
): Promise<LyingRegistry> {
  const repositories = new Map<string, RepositoryContent>();
  const uploads = new Map<string, Buffer>();
  const log: string[] = [];
  let reformed = false;
  const about = (name: string) => (one: Lie) => !reformed && tells(one, name);
  const at = (name: string) => {
    const found = repositories.get(name) ?? { manifests: new Map(), tags: new Map(), blobs: new Map() };
    repositories.set(name, found);
    return found;
  };
  const somebody = () => {
    for (const [name, { tags, manifests, blobs }] of repositories) {
      const lie = about(name);
      const [tag] = tags.keys();
      const [manifest] = manifests.keys();
      const [blob] = blobs.keys();
      const act = (one: Lie, what: string | undefined, how: (what: string) => void) => {
        if (what === undefined || !lie(one)) return;
        log.push(`gone ${what}`);
        how(what);
      };
      act('somebody removes a tag', tag, (one) => tags.delete(one));
      act('somebody moves a tag', tag, (one) => tags.set(one, digestOf('another image')));
      act('somebody removes a manifest', manifest, (one) => manifests.delete(one));
      act('somebody removes a blob', blob, (one) => blobs.delete(one));
    }
  };
  const server = await httpRegistry((request, response, body) => {
    const url = new URL(request.url!, 'http://registry');
    const [, name = '', rest = ''] =
      /^\/v2\/(.+?)\/((?:manifests|blobs|referrers)\/.*)$/.exec(url.pathname) ?? [];
    log.push(`${request.method} ${rest}`);
    somebody();
    const lie = about(name);
    if (lie('anything: no answer')) return response.destroy();
    if (lie('anything: the page of a proxy'))
      return send(response, 200, '<html>', { 'content-type': 'text/html' });
    if (url.pathname === '/v2/') return send(response, 200);
    const asked = { request, response, body, url, name, rest };
    if (rest.startsWith('manifests/')) return manifest(at(name), asked, lie);
    if (rest.startsWith('referrers/')) return referrers(at(name), asked, lie);
    if (rest.startsWith('blobs/uploads/')) return upload(at, uploads, asked, lie);
    return blob(at(name), asked, lie);
  });
  return {
    host: server.host,
    at,
    log,
    reform: () => {
      reformed = true;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

type Tells = (lie: Lie) => boolean;

function send(
  response: ServerResponse,
  status: number,
  content: Buffer | string = '',
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  const length = { 'content-length': String(Buffer.byteLength(content)) };
  response.writeHead(status, { ...length, ...headers });
  return response.end(response.req.method === 'HEAD' ? undefined : content);
}

function manifest(
  { manifests, tags }: RepositoryContent,
  { request, response, body, rest }: RegistryRequest,
  lie: Tells,
): ServerResponse {
  const reference = rest.slice('manifests/'.length);
  if (request.method === 'PUT') {
    const digest = digestOf(body);
    const kept = !lie('PUT of a manifest: taken, and not kept');
    if (kept) manifests.set(digest, { type: request.headers['content-type'] ?? '', bytes: body });
    if (kept && !reference.startsWith('sha256:')) tags.set(reference, digest);
    if (lie('PUT of a manifest: kept, and an error')) return send(response, 500);
    const told = lie('PUT of a manifest: another digest in the header') ? digestOf('another') : digest;
    return send(response, 201, '', { 'docker-content-digest': told });
  }
  const digest = tags.get(reference) ?? reference;
  const held = manifests.get(digest);
  const answer = (type: string, told: string, bytes: Buffer) =>
    send(response, 200, bytes, { 'content-type': type, 'docker-content-digest': told });
  const missing = () => send(response, 404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
  if (request.method === 'HEAD') {
    if (!held && lie('HEAD of a manifest: there')) return answer(imageType, digest, Buffer.from('{}'));
    if (!held || lie('HEAD of a manifest: not there')) return missing();
    const other = lie('HEAD of a manifest: another digest');
    return answer(held.type, other ? digestOf('another') : digest, held.bytes);
  }
  const [any] = manifests.values();
  if (any && lie('GET of a manifest: another one')) return answer(any.type, digest, any.bytes);
  if (!held || lie('GET of a manifest: not there')) return missing();
  const type = lie('GET of a manifest: no type of a manifest') ? 'application/octet-stream' : held.type;
  const other = lie('GET of a manifest: another digest in the header');
  return answer(type, other ? digestOf('another') : digest, held.bytes);
}

function referrers(
  { manifests }: RepositoryContent,
  { response, url, name, rest }: RegistryRequest,
  lie: Tells,
): ServerResponse {
  const subject = rest.slice('referrers/'.length);
  const all = [...manifests].flatMap(([digest, { type: mediaType, bytes }]) =>
    JSON.parse(bytes.toString()).subject?.digest === subject
      ? [{ mediaType, digest, size: bytes.length }]
      : [],
  );
  const page = Number(url.searchParams.get('page') ?? 0);
  const next = `/v2/${name}/${rest}?page=${page + 1}`;
  const base = lie('referrers: the next page at another host') ? 'https://elsewhere.internal' : '';
  const endless = lie('referrers: pages without end');
  return send(response, 200, JSON.stringify({ schemaVersion: 2, manifests: all.slice(page, page + 1) }), {
    'content-type': 'application/vnd.oci.image.index.v1+json',
    ...((endless || page + 1 < all.length) && { link: `<${base}${next}>; rel="next"` }),
  });
}

function upload(
  at: (name: string) => RepositoryContent,
  uploads: Map<string, Buffer>,
  { request, response, body, url, name, rest }: RegistryRequest,
  lie: Tells,
): ServerResponse {
  const mount = url.searchParams.get('mount') ?? '';
  const mounted = at(url.searchParams.get('from') ?? '').blobs.get(mount);
  if (request.method === 'POST' && mounted) {
    if (!lie('mount: done, and not kept')) at(name).blobs.set(mount, mounted);
    return send(response, 201);
  }
  const id = request.method === 'POST' ? String(uploads.size) : rest.slice('blobs/uploads/'.length);
  const sent = Buffer.concat([uploads.get(id) ?? Buffer.of(), body]);
  uploads.set(id, sent);
  if (request.method !== 'PUT')
    return send(response, 202, '', { location: `/v2/${name}/blobs/uploads/${id}` });
  if (lie('upload: not taken, and an error')) return send(response, 500);
  if (!lie('upload: taken, and not kept')) at(name).blobs.set(url.searchParams.get('digest')!, sent);
  return send(response, 201);
}

function blob(
  { blobs }: RepositoryContent,
  { request, response, rest }: RegistryRequest,
  lie: Tells,
): ServerResponse {
  const held = blobs.get(rest.slice('blobs/'.length));
  if (request.method === 'HEAD' && !held && lie('HEAD of a blob: there')) return send(response, 200);
  const hidden = request.method === 'HEAD' && lie('HEAD of a blob: not there');
  if (!held || hidden) return send(response, 404);
  return send(response, 200, held);
}

import { expect, test } from '@jest/globals';
import { hiddenCredentials } from '@landfall/docker/credentials/hide-credentials';
import { createHttp } from './http.ts';
import { referrers } from './referrers.ts';
import { openSession } from './session.ts';
import { httpRegistry } from './testing/http-registry.ts';

const subject = `sha256:${'a'.repeat(64)}`;
const signature = (page: number) => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${String(page).padStart(64, '0')}`,
  size: 1,
});

/** A registry with one signature a page, which names the next one as `link` says. */
async function listed(link: (page: number, host: string) => string | undefined) {
  await using server = await httpRegistry(({ url, headers }, response) => {
    const page = Number(new URL(url!, 'http://x').searchParams.get('page') ?? 0);
    const next = link(page, headers.host!);
    response
      .writeHead(200, next === undefined ? {} : { link: next })
      .end(JSON.stringify({ schemaVersion: 2, manifests: [signature(page)] }));
  });
  const http = createHttp({});
  const session = openSession(server.host, http, async () => undefined, hiddenCredentials());
  const target = { registry: server.host, repository: 'web', reference: subject };
  const found = await referrers(session, http, target, undefined).catch((thrown: unknown) => thrown);
  return { host: server.host, found, asked: server.requests.length };
}
const pageAt = (base: string, page: number) => `${base}/v2/web/referrers/${subject}?page=${page}`;

test.each<[string, (host: string) => string, string]>([
  ['as a path', () => '', '; rel="next"'],
  ['with the scheme that a proxy hides', (host) => `https://${host}`, '; rel="next"'],
  ['with a host that only the registry knows', () => 'http://elsewhere.internal:5000', '; rel="next"'],
  ['with further parameters', () => '', '; title="more"; rel=next'],
  [
    'beside another link',
    () => '',
    '; rel="self", </elsewhere>; rel="prev", </v2/web/referrers/x?page=1>; rel="next"',
  ],
])('the next page that is named %s is read', async (_, base, parameters) => {
  const { found, asked } = await listed((page, host) =>
    page === 0 ? `<${pageAt(base(host), 1)}>${parameters}` : undefined,
  );
  expect(found).toEqual([signature(0), signature(1)]);
  expect(asked).toBe(2);
});

test('no page is omitted, however many there are', async () => {
  const { found } = await listed((page) =>
    page < 119 ? `<${pageAt('', page + 1)}>; rel="next"` : undefined,
  );
  expect(found).toEqual(Array.from({ length: 120 }, (_, page) => signature(page)));
});

test.each<[string, (page: number) => number, number]>([
  // The first page has no number: the circle is closed when it comes by its number, and after that again.
  ['leads in a circle', (page) => (page + 1) % 3, 4],
  ['has no end', (page) => page + 1, 200],
])('a list that %s is an error, not a part of what there is', async (_, next, requests) => {
  const { found, host, asked } = await listed((page) => `<${pageAt('', next(page))}>; rel="next"`);
  expect(asked).toBe(requests);
  expect(found).toMatchObject({
    code: 'RESPONSE_INVALID',
    summary: `${host} returns an endless list of what refers to web (${subject})`,
    remedy:
      'Ask the operator of the registry. The image can be promoted without its signatures and attestations with `referrers: false`.',
  });
});

test('a next page that is not an address is an error', async () => {
  const { found, host } = await listed(() => '<http://[>; rel="next"');
  expect(found).toMatchObject({
    code: 'RESPONSE_INVALID',
    summary: `${host} returned an invalid address for the next page of what refers to ${subject}`,
  });
});

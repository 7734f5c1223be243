import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fakePrograms } from '@landfall/docker/testing/fake-programs';
import { dockerRegistry } from './testing/docker-registry.ts';
import { httpRegistry } from './testing/http-registry.ts';

const password = 'correct horse';
const base64 = btoa(`me:${password}`);

/** What is reported when a registry answers a login with this text. */
async function said(echo: (authorization: string) => string, challenge: (host: string) => string) {
  await using programs = await fakePrograms();
  await using server = await httpRegistry((request, response) => {
    const { authorization, host } = request.headers;
    if (request.url!.startsWith('/token')) response.writeHead(200).end('{"token":"the-bearer-token"}');
    else if (authorization === undefined)
      response.writeHead(401, { 'www-authenticate': challenge(host!) }).end();
    else {
      const errors = [{ code: 'DENIED', message: echo(authorization) }];
      response.writeHead(403).end(request.method === 'HEAD' ? undefined : JSON.stringify({ errors }));
    }
  });
  await mkdir(join(programs.folder, 'home/.docker'));
  await writeFile(
    join(programs.folder, 'home/.docker/config.json'),
    JSON.stringify({ auths: { [server.host]: { auth: base64 } } }),
  );
  const registry = dockerRegistry(programs.environment);
  const thrown = await registry
    .head({ registry: server.host, repository: 'web', reference: 'v1' })
    .catch((error: unknown) => error as Error & { readonly facts: object });
  return { thrown, host: server.host };
}
const basic = () => 'Basic realm="x"';
const bearer = (host: string) => `Bearer realm="http://${host}/token"`;

test.each([
  ['the header', (authorization: string) => `no ${authorization} here`, basic, 'no Basic *** here'],
  ['the password', () => `no ${password} here`, basic, 'no *** here'],
  ['the password in a URL', () => `no me:${encodeURIComponent(password)}@x`, basic, 'no me:***@x'],
  ['the login without padding', () => `no ${base64.replace(/=+$/, '')}!`, basic, 'no ***!'],
  ['a token', (authorization: string) => `no ${authorization} here`, bearer, 'no Bearer *** here'],
])('%s that a registry echoes is not in the error', async (_, echo, challenge, message) => {
  const { thrown, host } = await said(echo, challenge);
  expect(thrown).toMatchObject({
    code: 'PUSH_DENIED',
    summary: `${host} refused to read web (v1): 403 ${message}`,
  });
  expect(JSON.stringify(thrown)).not.toContain(password);
});

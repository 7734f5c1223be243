import { expect, test } from '@jest/globals';
import { hiddenCredentials } from '@landfall/docker/credentials/hide-credentials';
import type { HttpRequest, HttpSend } from './http.ts';
import { openSession } from './session.ts';

test('a token server that answers for Amazon ECR is not told the login', async () => {
  const asked: HttpRequest[] = [];
  const answer = {
    statusCode: 401,
    headers: { 'www-authenticate': 'Bearer realm="https://tokens.example/"' },
    resume: () => undefined,
  };
  const http: HttpSend = async (request) => {
    asked.push(request);
    return answer as never;
  };
  const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const login = { kind: 'password', username: 'AWS', password: 'secret' } as const;
  const session = openSession(registry, http, async () => login, hiddenCredentials());
  const request = { method: 'GET', path: '/v2/web/manifests/v1', scopes: [] } as const;
  await expect(session.send(request)).rejects.toMatchObject({
    code: 'RESPONSE_INVALID',
    summary: `${registry} names a token server (https://tokens.example/), which Amazon ECR does not have; the credentials are not sent there`,
    remedy: 'Something else responds under this name: check the network, the proxy settings and DNS.',
  });
  expect(asked.map(({ url, headers }) => [url.host, headers])).toEqual([[registry, {}]]);
});

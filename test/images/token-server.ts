import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TokenServer extends AsyncDisposable {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  readonly certificate: string;
  /** `ci repository:web:pull,push`, in order: who requested what, and got it. */
  readonly issued: readonly string[];
  /** Users who got 401. */
  readonly refused: readonly string[];
  /** How long the tokens given from now on are good, by what the registry thinks. Default: five minutes. */
  lifetime(seconds: number): void;
}

/** docker-registry takes a token for so long after its end. registry/auth/token/token.go, `Leeway` */
const leewaySeconds = 60;

/**
 * A token server as distribution's specification describes it, with one user, ci:battery-staple, whom it
 * gives whatever is requested. https://distribution.github.io/distribution/spec/auth/token/
 */
export async function tokenServer(): Promise<TokenServer> {
  const { key, certificate } = keyPair();
  const privateKey = createPrivateKey(key);
  const chain = certificate.replace(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, '');
  const [service, issuer] = ['registry.test', 'token-server.test'];
  const issued: string[] = [];
  const refused: string[] = [];
  let seconds = 300;

  const tokenFor = (user: string, scopes: readonly string[]) => {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [type = '', ...rest] = scope.split(':');
      const actions = rest.pop()!.split(',');
      return { type, name: rest.join(':'), actions };
    });
    const claims = {
      iss: issuer,
      sub: user,
      aud: service,
      nbf: now - 600,
      iat: now - 600,
      exp: now - leewaySeconds + seconds,
      jti: randomUUID(),
      access,
    };
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${encode({ typ: 'JWT', alg: 'ES256', x5c: [chain] })}.${encode(claims)}`;
    return `${body}.${sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };

  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://token');
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const [user = '', password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    if (user !== 'ci' || password !== 'battery-staple' || searchParams.get('service') !== service) {
      refused.push(user);
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"details":"incorrect username or password"}');
      return;
    }
    const scopes = searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
    issued.push([user, ...scopes].join(' '));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ token: tokenFor(user, scopes), expires_in: Math.max(seconds, 60) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    service,
    issuer,
    certificate,
    issued,
    refused,
    lifetime(wanted) {
      seconds = wanted;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A key of this run and its certificate, which the registry is given as its root. */
function keyPair() {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-tokens-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=tokens',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
}

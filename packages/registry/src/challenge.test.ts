import { expect, test } from '@jest/globals';
import { parseChallenge } from './challenge.ts';

const bearer = { scheme: 'bearer', realm: 'https://auth.example/token', service: 'r' };

test.each([
  ['Bearer realm="https://auth.example/token",service="r"', bearer],
  [
    'Bearer realm="https://auth.example/token",service="r",scope="repository:a:pull,push"',
    {
      ...bearer,
      scope: 'repository:a:pull,push',
    },
  ],
  ['bearer REALM="https://auth.example/token", Service="r"', bearer],
  ['Bearer realm=https://auth.example/token,service=r', bearer],
  ['Bearer realm="https://auth.example/token",service="r",error="invalid_token"', bearer],
  // Several at once, in any order.
  ['Bearer realm="https://auth.example/token",service="r", Basic realm="Registry Realm"', bearer],
  ['Basic realm="Registry Realm", Bearer realm="https://auth.example/token",service="r"', bearer],
  ['Negotiate, Basic realm="x"', { scheme: 'basic', realm: 'x' }],
  ['Basic realm="say \\"Bearer realm=x\\""', { scheme: 'basic', realm: 'say "Bearer realm=x"' }],
  [
    'BASIC realm="Sonatype Nexus Repository Manager"',
    {
      scheme: 'basic',
      realm: 'Sonatype Nexus Repository Manager',
    },
  ],
  ['Basic', { scheme: 'basic' }],
  ['Basic scheme="bearer"', { scheme: 'basic' }],
  ['realm="https://auth.example/token"', undefined],
  ['Negotiate', undefined],
  ['', undefined],
  [undefined, undefined],
] as const)('the challenge %j is understood', (header, challenge) => {
  const parsed = parseChallenge(header);
  expect(parsed && Object.fromEntries(Object.entries(parsed).filter(([name]) => name !== 'error'))).toEqual(
    challenge,
  );
});

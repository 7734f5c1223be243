import { expect, test } from '@jest/globals';
import { proxyProblems, proxySecrets, useProxy } from './proxy.ts';

test('the input takes precedence over every proxy variable of the environment', () => {
  const env: NodeJS.ProcessEnv = { https_proxy: 'http://old:1', NO_PROXY: 'a', ALL_PROXY: 'http://all:1' };
  useProxy(env, 'http://new:3128');
  expect(env).toEqual({
    HTTPS_PROXY: 'http://new:3128',
    HTTP_PROXY: 'http://new:3128',
    https_proxy: 'http://new:3128',
    http_proxy: 'http://new:3128',
    NO_PROXY: 'a',
    ALL_PROXY: 'http://all:1',
  });
});

test.each([undefined, 'proxy 3128', ''])('%j changes nothing', (proxy) => {
  const env: NodeJS.ProcessEnv = { HTTP_PROXY: 'http://old:1' };
  useProxy(env, proxy);
  expect(env).toEqual({ HTTP_PROXY: 'http://old:1' });
});

test('a proxy without a scheme uses HTTP, as in curl', () => {
  const env: NodeJS.ProcessEnv = { HTTPS_PROXY: 'me:pass@proxy:3128', http_proxy: '' };
  useProxy(env, undefined);
  expect(env).toEqual({ HTTPS_PROXY: 'http://me:pass@proxy:3128', http_proxy: '' });
});

test.each([
  'http://me:pa/ss@proxy:1',
  'http://me:pa#ss@proxy:1',
  'http://me:50%@proxy:1',
  'socks5://proxy:1',
])('an invalid %s in the environment is refused, and the error names the variable', (https_proxy) => {
  const problem =
    'is not the URL of a proxy, like http://proxy:3128; in its name and password % / ? # and spaces are written %25 %2F %3F %23 %20';
  expect(proxyProblems({ https_proxy, HTTP_PROXY: 'http://me:p%2Fw@proxy:1', NO_PROXY: '*' })).toEqual([
    { input: 'https_proxy', problem },
  ]);
});

test.each(['pa/ss-word', 'pa ss-word', 'pa@ss-word', 'pa?ss#word', 'pa:ss-word'])(
  'the password %j in a malformed URL is still masked',
  (password) => {
    expect(proxySecrets({ HTTPS_PROXY: `http://me:${password}@proxy:1` })).toContain(password);
  },
);

test('the password of a proxy is a secret, as written, as sent and in the header', () => {
  expect(
    proxySecrets({
      HTTPS_PROXY: 'http://me:p%40ss-word@proxy:1',
      https_proxy: 'http://me:p%40ss-word@proxy:1',
    }),
  ).toEqual(['p%40ss-word', 'p@ss-word', 'me:p%40ss-word', Buffer.from('me:p@ss-word').toString('base64')]);
  expect(proxySecrets({ all_proxy: 'me:100%-secret@proxy:1' })).toContain('100%-secret');
  expect(proxySecrets({ HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: 'http://me@proxy:1' })).toEqual([]);
});

import { describe, expect, test } from '@jest/globals';
import { endpointOf, settingsOf } from './settings.ts';

const nothing = () => false;
const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };

describe('settings from the environment', () => {
  test('session credentials in variables are sufficient', () => {
    expect(
      settingsOf(
        {
          ...keys,
          AWS_SESSION_TOKEN: 'token',
          AWS_REGION: 'eu-west-1',
          AWS_CREDENTIAL_EXPIRATION: '2030-01-01T00:00:00Z',
        },
        nothing,
      ),
    ).toEqual({
      region: 'eu-west-1',
      credentials: {
        accessKeyId: 'AKIA',
        secretAccessKey: 'secret',
        sessionToken: 'token',
        expiration: new Date('2030-01-01T00:00:00Z'),
      },
      environmentOnly: true,
      disableClockSkewCorrection: false,
      proxied: false,
    });
  });

  test('AWS_REGION comes before AWS_DEFAULT_REGION, and an empty one counts as none', () => {
    expect(settingsOf({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }, nothing).region).toBe(
      'eu-west-1',
    );
    expect(settingsOf({ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' }, nothing).region).toBe('eu-west-2');
  });

  test('with a profile, the keys are ignored, as in the SDK, and the files are read', () => {
    const settings = settingsOf({ ...keys, AWS_PROFILE: 'work' }, nothing);
    expect(settings.credentials).toBeUndefined();
    expect(settings.environmentOnly).toBe(false);
  });

  test('a configuration file can add settings to the environment', () => {
    const asked: string[] = [];
    const there = (path: string) => asked.push(path) > 0;
    expect(settingsOf({ HOME: '/home/me' }, there).environmentOnly).toBe(false);
    expect(settingsOf({ HOME: '/home/me', AWS_CONFIG_FILE: '/etc/aws' }, there).environmentOnly).toBe(false);
    expect(asked).toEqual(['/home/me/.aws/config', '/etc/aws']);
  });

  test.each([
    [{ HTTPS_PROXY: 'http://proxy:3128' }, true],
    [{ http_proxy: 'http://proxy:3128' }, true],
    [{ HTTPS_PROXY: '' }, false],
    [{ NO_PROXY: '*' }, false],
  ])('a proxy is set by %j: %s', (env, proxied) => {
    expect(settingsOf(env, nothing).proxied).toBe(proxied);
  });

  test.each([
    ['true', true],
    ['false', false],
    ['yes', undefined],
  ])('AWS_DISABLE_CLOCK_SKEW_CORRECTION %s: %s', (text, disabled) => {
    const { disableClockSkewCorrection } = settingsOf({ AWS_DISABLE_CLOCK_SKEW_CORRECTION: text }, nothing);
    expect(disableClockSkewCorrection).toBe(disabled ?? false);
  });

  test.each([
    ['true', true],
    ['false', false],
    ['yes', undefined],
  ])('FIPS %s is %s', (text, fips) => {
    expect(settingsOf({ AWS_USE_FIPS_ENDPOINT: text }, nothing).fips).toBe(fips);
  });
});

describe('the endpoint of a service', () => {
  test.each([
    [{ AWS_ENDPOINT_URL: 'http://all' }, 'ECS', 'http://all'],
    [
      { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_ECR_PUBLIC: 'http://own' },
      'ECR PUBLIC',
      'http://own',
    ],
    [{ AWS_ENDPOINT_URL: 'http://all', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, 'ECS', undefined],
    [{}, 'ECS', undefined],
  ])('by %j for %s is %s', (env, service, endpoint) => {
    expect(endpointOf(env, service)).toBe(endpoint);
  });
});

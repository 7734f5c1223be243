import { expect, test } from '@jest/globals';
import { ecrHost, isLoopback } from './ecr-host.ts';

const own = { kind: 'private', accountId: '012345678901', fips: false } as const;

test.each([
  ['012345678901.dkr.ecr.eu-west-1.amazonaws.com', { ...own, region: 'eu-west-1', partition: 'aws' }],
  [
    '012345678901.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
    { ...own, fips: true, region: 'us-gov-west-1', partition: 'aws-us-gov' },
  ],
  ['012345678901.dkr.ecr.cn-north-1.amazonaws.com.cn', { ...own, region: 'cn-north-1', partition: 'aws-cn' }],
  [
    '012345678901.dkr.ecr.us-iso-east-1.c2s.ic.gov',
    { ...own, region: 'us-iso-east-1', partition: 'aws-iso' },
  ],
  [
    '012345678901.dkr.ecr.us-isob-east-1.sc2s.sgov.gov',
    { ...own, region: 'us-isob-east-1', partition: 'aws-iso-b' },
  ],
  [
    '012345678901.dkr.ecr.eusc-de-east-1.amazonaws.eu',
    { ...own, region: 'eusc-de-east-1', partition: 'aws-eusc' },
  ],
  ['012345678901.dkr-ecr.eu-west-1.on.aws', { ...own, region: 'eu-west-1', partition: 'aws' }],
  [
    '012345678901.vpce-0123456789abcdef0-abcdefgh.dkr.ecr.eu-west-1.vpce.amazonaws.com',
    { ...own, region: 'eu-west-1', partition: 'aws' },
  ],
  ['public.ecr.aws', { kind: 'public' }],
])('%s is an ECR registry', (host, expected) => {
  expect(ecrHost(host)).toEqual(expected);
});

test.each([
  'public.ecr.aws.evil.example',
  'evil.public.ecr.aws',
  '012345678901.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
  'x012345678901.dkr.ecr.eu-west-1.amazonaws.com',
  '01234567890.dkr.ecr.eu-west-1.amazonaws.com',
  '012345678901.dkrxecr.eu-west-1.amazonaws.com',
  '012345678901.dkr.ecr.eu-west-1.amazonaws.com:443@evil.example',
  'quay.io',
  '',
])('L16: %s is not treated as ECR', (host) => {
  expect(ecrHost(host)).toBeUndefined();
});

test('only hosts of this machine count as loopback', () => {
  expect(['127.0.0.1:5000', 'localhost', '[::1]:80'].every(isLoopback)).toBe(true);
  expect(['127.0.0.1.evil.example', 'localhost.example', '10.0.0.1:5000'].some(isLoopback)).toBe(false);
});

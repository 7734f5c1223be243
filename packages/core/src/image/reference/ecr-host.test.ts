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
  [
    '012345678901.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk',
    { ...own, region: 'eu-isoe-west-1', partition: 'aws-iso-e' },
  ],
  [
    '012345678901.dkr.ecr.us-isof-south-1.csp.hci.ic.gov',
    { ...own, region: 'us-isof-south-1', partition: 'aws-iso-f' },
  ],
  [
    '012345678901.dkr.ecr-fips.us-east-1.amazonaws.com',
    { ...own, fips: true, region: 'us-east-1', partition: 'aws' },
  ],
  [
    '012345678901.dkr-ecr-fips.us-gov-east-1.on.aws',
    { ...own, fips: true, region: 'us-gov-east-1', partition: 'aws-us-gov' },
  ],
  [
    '012345678901.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn',
    { ...own, region: 'cn-northwest-1', partition: 'aws-cn' },
  ],
  [
    '012345678901.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu',
    { ...own, region: 'eusc-de-east-1', partition: 'aws-eusc' },
  ],
  [
    '012345678901.vpce-0123456789abcdef0-abcdefgh-eu-west-1a.dkr.ecr.eu-west-1.vpce.amazonaws.com',
    { ...own, region: 'eu-west-1', partition: 'aws' },
  ],
  [
    '012345678901.dkr.ecr.vpce-0123456789abcdef0-abcdefgh.dkr.ecr.eu-west-1.vpce.amazonaws.com',
    { ...own, region: 'eu-west-1', partition: 'aws' },
  ],
  ['012345678901.DKR.ECR.EU-WEST-1.AMAZONAWS.COM', { ...own, region: 'eu-west-1', partition: 'aws' }],
  ['public.ecr.aws', { kind: 'public' }],
  ['ecr-public.aws.com', { kind: 'public' }],
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
  '012345678901.dkr.ecr.eu-west-1.amazonaws.com\n.evil.example',
  '012345678901.dkr.ecr.eu-west-1.amazonaws.com.',
  '012345678901.dkr.ecr.eu-west-1.amazonaws.com:443',
  '012345678901.dkr.ecr.eu-west-1.evil.amazonaws.com',
  '012345678901.dkr.ecr..amazonaws.com',
  '012345678901.dkr-ecr.eu-west-1.on.aws.evil.example',
  '012345678901.dkr-ecr.eu-west-1.evil-on.aws',
  '012345678901.dkr.ecr.eu-west-1.amazonaws.eu.evil.example',
  '012345678901.vpce-evil.dkr.ecr.eu-west-1.vpce.amazonaws.com',
  'evil.example/012345678901.dkr.ecr.eu-west-1.amazonaws.com',
  'quay.io',
  '',
])('L16: %s is not treated as ECR', (host) => {
  expect(ecrHost(host)).toBeUndefined();
});

test('only hosts of this machine count as loopback', () => {
  expect(['127.0.0.1:5000', 'localhost', '[::1]:80'].every(isLoopback)).toBe(true);
  expect(['127.0.0.1.evil.example', 'localhost.example', '10.0.0.1:5000'].some(isLoopback)).toBe(false);
});

import { expect, test } from '@jest/globals';
import { secretReference } from '../../task-definition/parse/value-sources.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:production/web-AbCdEf';
const secret = {
  kind: 'secret',
  id: arn,
  region: 'eu-west-1',
  key: undefined,
  stage: undefined,
  version: undefined,
};

test.each([
  [arn, secret],
  [`${arn}:KEY::`, { ...secret, key: 'KEY' }],
  [`${arn}::AWSPREVIOUS:`, { ...secret, stage: 'AWSPREVIOUS' }],
  [`${arn}:KEY::9d4cb84b`, { ...secret, key: 'KEY', version: '9d4cb84b' }],
  ['mode', { kind: 'parameter', name: 'mode', region: undefined }],
  ['/web/mode', { kind: 'parameter', name: '/web/mode', region: undefined }],
  [
    'arn:aws:ssm:eu-west-1:123456789012:parameter/mode',
    { kind: 'parameter', name: 'mode', region: 'eu-west-1' },
  ],
  [
    'arn:aws:ssm:eu-west-1:123456789012:parameter/web/mode',
    { kind: 'parameter', name: '/web/mode', region: 'eu-west-1' },
  ],
])('%s', (valueFrom, expected) => {
  expect(secretReference(valueFrom)).toEqual(expected);
});

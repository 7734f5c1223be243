import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { referencesOf } from './references.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';
const parameter = (name: string) => `arn:aws:ssm:eu-west-1:123456789012:parameter/${name}`;
const from = (...valueFrom: string[]) => valueFrom.map((one) => ({ name: 'X', valueFrom: one }));

const referenced = (...containerDefinitions: ContainerDefinition[]) =>
  referencesOf({ containerDefinitions }).map(({ containers, ...one }) => one);
const current = { kind: 'secret', name: secret, id: secret, region: 'eu-west-1', stage: 'AWSCURRENT' };
const own = { kind: 'parameter', region: 'eu-west-1', account: '123456789012', label: undefined };

test.each<[string, ContainerDefinition, object[]]>([
  [
    'an image by tag',
    { image: 'web:1' },
    [{ kind: 'image', name: 'web:1', image: { repository: 'web', tag: '1' } }],
  ],
  ['an image by digest names one image for ever', { image: `web:1@${digest}` }, []],
  ['a secret', { secrets: from(secret) }, [current]],
  ['keys of a secret are one secret', { secrets: from(`${secret}:a::`, `${secret}:b::`) }, [current]],
  ['a label of a secret', { secrets: from(`${secret}::BLUE:`) }, [{ ...current, stage: 'BLUE' }]],
  ['a version of a secret never changes', { secrets: from(`${secret}:::0123`) }, []],
  [
    'a secret of a log driver',
    { logConfiguration: { logDriver: 'splunk', secretOptions: from(secret) } },
    [current],
  ],
  [
    'the login for a registry does not change what starts',
    { repositoryCredentials: { credentialsParameter: secret } },
    [],
  ],
  [
    'a parameter by name',
    { secrets: from('/prod/db') },
    [{ ...own, name: '/prod/db', names: ['/prod/db'], region: undefined, account: undefined }],
  ],
  [
    'a parameter by ARN, with a path',
    { secrets: from(parameter('prod/db')) },
    [{ ...own, name: parameter('prod/db'), names: ['/prod/db'] }],
  ],
  [
    'a parameter by ARN, whose name may begin with a slash',
    { secrets: from(parameter('db')) },
    [{ ...own, name: parameter('db'), names: ['db', '/db'] }],
  ],
  ['a version of a parameter never changes', { secrets: from('/prod/db:3') }, []],
  [
    'a label of a parameter',
    { secrets: from('db:live') },
    [
      {
        ...own,
        name: 'db:live',
        names: ['db'],
        region: undefined,
        account: undefined,
        label: 'live',
      },
    ],
  ],
  [
    'an environment file',
    { environmentFiles: [{ value: 'arn:aws:s3:::settings/web/prod.env', type: 's3' }] },
    [
      {
        kind: 'file',
        name: 'arn:aws:s3:::settings/web/prod.env',
        bucket: 'settings',
        key: 'web/prod.env',
      },
    ],
  ],
  [
    'the configuration of FireLens in S3',
    {
      firelensConfiguration: {
        type: 'fluentbit',
        options: { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::settings/fluent.conf' },
      },
    },
    [
      {
        kind: 'file',
        name: 'arn:aws:s3:::settings/fluent.conf',
        bucket: 'settings',
        key: 'fluent.conf',
      },
    ],
  ],
  [
    'the configuration of FireLens in the image',
    {
      firelensConfiguration: {
        type: 'fluentbit',
        options: { 'config-file-type': 'file', 'config-file-value': '/fluent.conf' },
      },
    },
    [],
  ],
])('%s', (_name, container, references) => {
  expect(referenced(container)).toEqual(references);
});

test('what several containers take is one reference, with all of them', () => {
  const definitions = ['app', 'worker'].map((name) => ({ name, image: 'web:1', secrets: from(secret) }));
  expect(referencesOf({ containerDefinitions: definitions })).toMatchObject([
    { kind: 'image', containers: ['app', 'worker'] },
    { kind: 'secret', containers: ['app', 'worker'] },
  ]);
});

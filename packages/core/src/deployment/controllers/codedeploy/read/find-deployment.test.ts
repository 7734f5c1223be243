import { expect, test } from '@jest/globals';
import { waitOf } from '../continue.ts';
import { taskDefinitionOf } from './find-deployment.ts';

const arn = 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:2';
const yaml = [
  'version: 0.0',
  'Resources:',
  '  - TargetService:',
  '      Type: AWS::ECS::Service',
  '      Properties:',
];

test.each([
  ['JSON', { appSpecContent: { content: JSON.stringify({ Properties: { TaskDefinition: arn } }) } }, arn],
  ['YAML', { appSpecContent: { content: [...yaml, `        TaskDefinition: ${arn}`].join('\n') } }, arn],
  [
    'YAML with quotes, keys in lower case',
    { string: { content: [...yaml, `        taskDefinition: "${arn}"`].join('\n') } },
    arn,
  ],
  ['a short name', { string: { content: '{"TaskDefinition":"web:2","x":1}' } }, 'web:2'],
  ['only a checksum', { appSpecContent: { sha256: 'ab12' } }, undefined],
  ['an AppSpec in S3', { s3Location: { bucket: 'b', key: 'appspec.yaml' } }, undefined],
  ['no revision', undefined, undefined],
])('the task definition of a deployment whose AppSpec is %s', (_, revision, expected) => {
  expect(taskDefinitionOf({ ...(revision && { revision }) })).toBe(expected);
});

test.each([
  [{ status: 'Ready' }, 'READY_WAIT'],
  [{ status: 'Ready', instanceTerminationWaitTimeStarted: true }, 'TERMINATION_WAIT'],
  [{ status: 'InProgress', instanceTerminationWaitTimeStarted: true }, 'TERMINATION_WAIT'],
  [{ status: 'InProgress', instanceTerminationWaitTimeStarted: false }, undefined],
  [{ status: 'Created' }, undefined],
] as const)('%j waits in %s', (info, wait) => expect(waitOf(info)).toBe(wait));

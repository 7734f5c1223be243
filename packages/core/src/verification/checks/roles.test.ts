import { expect, test } from '@jest/globals';
import { trustsTasks } from './roles.ts';

const statement = (change: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
  ...change,
});
const policy = (...statements: object[]) =>
  encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statements }));

test.each<[string, string]>([
  ['one statement', policy(statement())],
  ['a statement that is not a list', encodeURIComponent(JSON.stringify({ Statement: statement() }))],
  ['a document that is not encoded', JSON.stringify({ Statement: [statement()] })],
  [
    'one service of several',
    policy(statement({ Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] } })),
  ],
  ['a statement after another', policy(statement({ Principal: { AWS: '*' } }), statement())],
  [
    'a condition, which is not judged',
    policy(statement({ Condition: { ArnLike: { 'aws:SourceArn': 'x' } } })),
  ],
])('a role trusts ECS tasks by %s', (_how, document) => {
  expect(trustsTasks(document)).toBe(true);
});

test.each<[string, string]>([
  ['another service', policy(statement({ Principal: { Service: 'ecs.amazonaws.com' } }))],
  ['an account', policy(statement({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } }))],
  ['a denial', policy(statement({ Effect: 'Deny' }))],
  ['another action', policy(statement({ Action: 'sts:TagSession' }))],
  ['no statement', encodeURIComponent('{}')],
  ['no JSON', 'nothing'],
])('a role does not trust ECS tasks by %s', (_how, document) => {
  expect(trustsTasks(document)).toBe(false);
});

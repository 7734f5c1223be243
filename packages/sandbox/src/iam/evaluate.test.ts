import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { evaluate, like } from './evaluate.ts';
import { type PolicyDocument, problemOfPolicy, type Statement } from './policy.ts';

const service = 'arn:aws:ecs:us-east-1:123456789012:service/main/web';
const policy = (...Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const ask = (document: PolicyDocument, action: string, resource = service, conditions = {}) =>
  evaluate([document], { action, resource, conditions });

describe('a policy', () => {
  test('allows what one statement allows, by action without regard to case and by resource', () => {
    const document = policy({ Effect: 'Allow', Action: 'ecs:updateservice', Resource: service });
    expect(ask(document, 'ecs:UpdateService')).toBe('allowed');
    expect(ask(document, 'ecs:UpdateService', `${service}2`)).toBe('implicit-deny');
    expect(ask(document, 'ecs:DeleteService')).toBe('implicit-deny');
  });

  test('denies what any statement denies, whatever another allows', () => {
    const document = policy(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'ecs:Delete*', Resource: '*' },
    );
    expect(ask(document, 'ecs:DeleteService')).toBe('explicit-deny');
    expect(ask(document, 'ecs:UpdateService')).toBe('allowed');
  });

  test('inverts with NotAction and NotResource', () => {
    const document = policy({
      Effect: 'Allow',
      NotAction: 'iam:*',
      NotResource: 'arn:aws:ecs:*:*:service/prod/*',
    });
    expect(ask(document, 'ecs:UpdateService')).toBe('allowed');
    expect(ask(document, 'iam:PassRole')).toBe('implicit-deny');
    expect(ask(document, 'ecs:UpdateService', 'arn:aws:ecs:us-east-1:1:service/prod/web')).toBe(
      'implicit-deny',
    );
  });

  test.each<[string, Statement['Condition'], Record<string, string>, boolean]>([
    [
      'StringEquals',
      { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
      true,
    ],
    [
      'StringEquals on another value',
      { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      { 'iam:PassedToService': 'ec2.amazonaws.com' },
      false,
    ],
    ['StringEquals on an absent key', { StringEquals: { a: 'b' } }, {}, false],
    ['StringEqualsIfExists on an absent key', { StringEqualsIfExists: { a: 'b' } }, {}, true],
    ['StringNotEquals on an absent key', { StringNotEquals: { a: 'b' } }, {}, true],
    ['StringLike with one of several', { StringLike: { a: ['x*', 'b?t'] } }, { a: 'bat' }, true],
    [
      'ArnLike',
      { ArnLike: { 'ecs:cluster': 'arn:aws:ecs:*:*:cluster/main' } },
      { 'ecs:cluster': 'arn:aws:ecs:us-east-1:1:cluster/main' },
      true,
    ],
    [
      'ArnNotLike',
      { ArnNotLike: { 'ecs:cluster': 'arn:aws:ecs:*:*:cluster/main' } },
      { 'ecs:cluster': 'arn:aws:ecs:us-east-1:1:cluster/main' },
      false,
    ],
    ['Null', { Null: { a: 'true' } }, {}, true],
    ['two keys, one of which fails', { StringEquals: { a: '1', b: '2' } }, { a: '1', b: '3' }, false],
  ])('judges the condition %s', (_name, Condition, given, holds) => {
    const document = policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: Condition! });
    expect(ask(document, 'iam:PassRole', '*', given)).toBe(holds ? 'allowed' : 'implicit-deny');
  });

  test('is refused when it says something that would not be judged', () => {
    expect(
      problemOfPolicy({
        Statement: {
          Effect: 'Allow',
          Action: 'a',
          Resource: '*',
          Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
        },
      }),
    ).toContain('statement 1: the condition operator "IpAddress" is not judged by the sandbox');
    expect(
      problemOfPolicy({ Statement: [{ Effect: 'Allow', Action: 'a', Resource: '*', Principal: '*' }] }),
    ).toContain('"Principal"');
    expect(problemOfPolicy({ Statement: [{ Effect: 'Allow', Action: 'a' }] })).toContain(
      '"Resource" or "NotResource"',
    );
    expect(problemOfPolicy(policy({ Effect: 'Allow', Action: 'a', Resource: '*' }))).toBeUndefined();
  });
});

describe('wildcards', () => {
  test.each([
    ['*', '', true],
    ['a*b*c', 'aXbYbc', true],
    ['a*b', 'ab', true],
    ['a?c', 'ac', false],
    ['ecs:Describe*', 'ecs:DescribeServices', true],
    ['service/*', 'service/main/web', true],
  ])('%s against %s', (pattern, text, expected) => expect(like(pattern, text)).toBe(expected));

  test('take linear time on a pattern made to backtrack', () => {
    const text = 'a'.repeat(20_000);
    // One that backtracks would not end in a lifetime: the fuse turns that into an error.
    const answer = runInNewContext("like('*a*a*a*a*a*a*a*a*b', text)", { like, text }, { timeout: 50_000 });
    expect(answer).toBe(false);
  });
});

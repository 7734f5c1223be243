import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { evaluate } from './evaluate.ts';
import { fits, fitsArn, tokensOf } from './pattern.ts';
import type { PolicyDocument, Statement } from './policy.ts';
import { problemOfPolicy } from './problem-of-policy.ts';

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

  test.each<[string, Statement['Condition'], Record<string, string | string[]>, boolean]>([
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
    ['Null without quotes', { Null: { a: true } }, {}, true],
    ['Null of a key that is there', { Null: { a: 'True' } }, { a: 'b' }, false],
    ['Bool without quotes', { Bool: { a: true } }, { a: 'true' }, true],
    ['Bool in another case', { Bool: { a: 'False' } }, { a: 'false' }, true],
    ['a number without quotes', { NumericLessThanEquals: { a: 512 } }, { a: '512' }, true],
    ['NumericGreaterThan', { NumericGreaterThan: { a: '512' } }, { a: '1024' }, true],
    ['StringNotEqualsIgnoreCase', { StringNotEqualsIgnoreCase: { a: 'B' } }, { a: 'b' }, false],
    ['StringNotEquals with several', { StringNotEquals: { a: ['b', 'c'] } }, { a: 'c' }, false],
    ['DateLessThan', { DateLessThan: { a: '2026-01-01T00:00:00Z' } }, { a: '2025-12-31T23:59:59Z' }, true],
    ['IpAddress', { IpAddress: { a: '10.0.0.0/8' } }, { a: '10.1.2.3' }, true],
    ['NotIpAddress', { NotIpAddress: { a: ['10.0.0.0/8', '::1'] } }, { a: '10.1.2.3' }, false],
    ['ForAllValues', { 'ForAllValues:StringEquals': { a: ['b', 'c'] } }, { a: ['b', 'b'] }, true],
    ['ForAllValues with one more', { 'ForAllValues:StringEquals': { a: ['b'] } }, { a: ['b', 'd'] }, false],
    ['ForAllValues on an absent key', { 'ForAllValues:StringEquals': { a: 'b' } }, {}, true],
    ['ForAnyValue', { 'ForAnyValue:StringLike': { a: 'b*' } }, { a: ['x', 'b1'] }, true],
    ['ForAnyValue on an absent key', { 'ForAnyValue:StringNotEquals': { a: 'b' } }, {}, false],
    ['ArnEquals on what is not an ARN', { ArnEquals: { a: '*' } }, { a: 'main' }, false],
    [
      'ArnLike part by part',
      { ArnLike: { a: 'arn:aws:ecs:*/main' } },
      { a: 'arn:aws:ecs:us-east-1:1:cluster/main' },
      false,
    ],
    ['two keys, one of which fails', { StringEquals: { a: '1', b: '2' } }, { a: '1', b: '3' }, false],
  ])('judges the condition %s', (_name, Condition, given, holds) => {
    const document = policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: Condition! });
    expect(ask(document, 'iam:PassRole', '*', given)).toBe(holds ? 'allowed' : 'implicit-deny');
  });

  test.each<[string, object, string]>([
    [
      'an empty action',
      { Action: '' },
      '"Action" is * or names a service and what it does, ecs:Describe*, got ""',
    ],
    ['an empty list of actions', { Action: [] }, '"Action" is empty'],
    [
      'an action without a service',
      { Action: 'UpdateService' },
      '"Action" is * or names a service and what it does, ecs:Describe*, got "UpdateService"',
    ],
    [
      'an empty resource',
      { Resource: '' },
      '"Resource" is * or in ARN format, with its service in full, got ""',
    ],
    [
      'a resource that is not an ARN',
      { Resource: ['*', 'web'] },
      '"Resource" is * or in ARN format, with its service in full, got "web"',
    ],
    [
      'a resource of any service',
      { Resource: 'arn:aws:*web' },
      '"Resource" is * or in ARN format, with its service in full, got "arn:aws:*web"',
    ],
    [
      'an operator in lower case',
      { Condition: { arnequals: { a: 'b' } } },
      'the condition operator "arnequals" is not judged',
    ],
    [
      'an operator that is not judged',
      { Condition: { BinaryEquals: { a: 'b' } } },
      'the condition operator "BinaryEquals" is not judged',
    ],
    ['a condition without keys', { Condition: { Bool: true } }, 'the condition "Bool" is an object of keys'],
    [
      'a condition on nothing',
      { Condition: { Bool: { a: null } } },
      'the condition "Bool" has values of "a" that are no texts, numbers or booleans',
    ],
    [
      'an element of another kind of policy',
      { Principal: '*' },
      '"Principal" is not an element of an identity-based policy',
    ],
    ['no resource', { Resource: undefined }, 'it needs "Resource" or "NotResource"'],
    ['an effect in lower case', { Effect: 'allow' }, '"Effect" is Allow or Deny'],
    ['a Sid with a hyphen', { Sid: 'a-b' }, '"Sid" has letters and digits only, got "a-b"'],
  ])('is refused with %s', (_name, change, problem) => {
    const statement = { Effect: 'Allow', Action: 'ecs:*', Resource: '*', ...change };
    expect(problemOfPolicy({ Statement: [statement] })).toMatch(`statement 1: ${problem}`);
  });

  test('is refused with the same Sid twice, and with an unknown element', () => {
    const one: Statement = { Sid: 'a', Effect: 'Allow', Action: 'ecs:*', Resource: '*' };
    expect(problemOfPolicy(policy(one))).toBeUndefined();
    expect(problemOfPolicy(policy(one, one))).toBe('statement 2: "Sid" "a" is set twice');
    expect(problemOfPolicy({ ...policy(one), Statements: [] })).toBe(
      '"Statements" is not an element of a policy',
    );
  });
});

describe('a policy variable', () => {
  const clusters = 'arn:aws:ecs:us-east-1:123456789012:cluster/';
  const deny = policy(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'ecs:*', Resource: `${clusters}\${aws:username}` },
  );
  const asked = (document: PolicyDocument, cluster: string, conditions = {}) =>
    ask(document, 'ecs:DescribeClusters', `${clusters}${cluster}`, conditions);

  test('has the value that the request has, in a Deny as in an Allow', () => {
    expect(asked(deny, 'ada', { 'aws:UserName': 'ada' })).toBe('explicit-deny');
    expect(asked(deny, 'bob', { 'aws:UserName': 'ada' })).toBe('allowed');
  });

  test('matches nothing without a value, unless it has a default', () => {
    expect(asked(deny, 'ada')).toBe('allowed');
    const own = policy({
      Effect: 'Allow',
      Action: 'ecs:*',
      Resource: `${clusters}\${aws:PrincipalTag/team, 'shared'}`,
    });
    expect(asked(own, 'shared')).toBe('allowed');
    expect(asked(own, 'web', { 'aws:principaltag/TEAM': 'web' })).toBe('allowed');
    expect(asked(own, 'shared', { 'aws:PrincipalTag/team': 'web' })).toBe('implicit-deny');
  });

  test('is no pattern, whatever its value is', () => {
    expect(asked(deny, 'ada', { 'aws:username': '*' })).toBe('allowed');
    const literal = policy({ Effect: 'Allow', Action: 'ecs:*', Resource: `${clusters}a\${*}` });
    expect(asked(literal, 'a*')).toBe('allowed');
    expect(asked(literal, 'ab')).toBe('implicit-deny');
  });

  test('is replaced in conditions, too', () => {
    const own = policy({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
    });
    expect(asked(own, 'a', { 'aws:ResourceTag/team': 'x', 'aws:PrincipalTag/team': 'x' })).toBe('allowed');
    expect(asked(own, 'a', { 'aws:ResourceTag/team': 'x', 'aws:PrincipalTag/team': 'y' })).toBe(
      'implicit-deny',
    );
  });

  test('is text in a policy of an earlier version', () => {
    const { Version, ...old } = deny;
    expect(asked(old, 'ada', { 'aws:username': 'ada' })).toBe('allowed');
    expect(asked(old, '${aws:username}')).toBe('explicit-deny');
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
  ])('%s against %s', (pattern, text, expected) => expect(fits(tokensOf(pattern)!, text)).toBe(expected));

  test.each([
    ['arn:aws:ecs:*:*:service/main/*', service.replace('web', 'x/y:z'), true],
    ['arn:aws:ecs:*', service, true],
    ['arn:aws:ecs:*/web', service, false],
    ['arn:aws:ecs:us-*:123456789012:service/main/web', service, true],
    ['arn:aws:ecs:us-east-1:123456789012:service/*/web', service, true],
    ['arn:aws:ecs:us-east-1:123456789012?service/main/web', service, false],
    ['arn:aws:ecs:*:*:task-definition/*7', 'arn:aws:ecs:us-east-1:1:task-definition/web:7', true],
    ['arn:aws:logs:*:*:log-group:/e*-stream:?', 'arn:aws:logs:a:1:log-group:/ecs/web:log-stream:x', true],
    [
      'arn:aws:logs:*:*:log-group:/ecs/*:log-stream:*',
      'arn:aws:logs:a:1:log-group:/ecs/web:log-stream:x',
      true,
    ],
  ])(
    'of a resource reach over colons in the last part, and at the end of one before it: %s',
    (pattern, text, expected) => {
      expect(fits(tokensOf(pattern)!, text, { segments: true })).toBe(expected);
    },
  );

  test.each([
    ['arn:aws:ecs:*:*:service/main/*', true],
    ['arn:aws:ecs:us-east-1:123456789012:*', true],
    ['arn:aws:ecs:*', false],
    ['arn:aws:ecs:*:service/main/web', false],
  ])('of an ARN operator stay in their part: %s', (pattern, expected) => {
    expect(fitsArn(tokensOf(pattern)!, service)).toBe(expected);
  });

  test('take linear time on a pattern made to backtrack', () => {
    const text = 'a'.repeat(20_000);
    const tokens = tokensOf('*a*a*a*a*a*a*a*a*b');
    // One that backtracks would not end in a lifetime: the fuse turns that into an error.
    const answer = runInNewContext('fits(tokens, text)', { fits, tokens, text }, { timeout: 50_000 });
    expect(answer).toBe(false);
  });
});

/**
 * Hand-written policies: everything that the sandbox evaluates, and what it refuses, each for a request that shows
 * it.
 */
import type { Case } from './case.ts';

type Row = readonly [title: string, statements: object | readonly object[], request?: Partial<Case>];

const place = 'us-east-1:123456789012';
const service = `arn:aws:ecs:${place}:service/main/web`;
const cluster = `arn:aws:ecs:${place}:cluster/main`;
const update: Case = { policy: undefined, action: 'ecs:UpdateService', resource: service, context: {} };
const tag: Partial<Case> = { action: 'ecs:TagResource' };
const pass: Partial<Case> = { action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/teams/web' };
const stream: Partial<Case> = {
  action: 'logs:GetLogEvents',
  resource: `arn:aws:logs:${place}:log-group:/ecs/web:log-stream:web/app/1`,
};
const definition: Partial<Case> = { action: 'ecs:DescribeTaskDefinition', resource: '*' };
const secret: Partial<Case> = {
  action: 'secretsmanager:GetSecretValue',
  resource: `arn:aws:secretsmanager:${place}:secret:prod/web-AbCdEf`,
};

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 'ecs:*', Resource: '*', ...more });
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' });
const on = (Resource: unknown) => allow({ Action: '*', Resource });
const when = (Condition: object) => allow({ Action: '*', Condition });
const given = (context: Case['context'], more: Partial<Case> = {}): Partial<Case> => ({ ...more, context });
const inMain = given({ 'ecs:cluster': cluster });
const ada = given({ 'aws:username': 'ada' });

const actions: readonly Row[] = [
  ['an action', allow({ Action: 'ecs:UpdateService' })],
  ['another action', allow({ Action: 'ecs:DeleteService' })],
  ['an action in lower case', allow({ Action: 'ecs:updateservice' })],
  ['a service in upper case', allow({ Action: 'ECS:UpdateService' })],
  ['a list of actions', allow({ Action: ['ecs:DeleteService', 'ecs:UpdateService'] })],
  ['all actions', allow({ Action: '*' })],
  ['all actions of all services', allow({ Action: '*:*' })],
  ['a * at the end of an action', allow({ Action: 'ecs:Update*' })],
  ['a * inside of an action', allow({ Action: 'ecs:U*Service' })],
  ['a * for nothing', allow({ Action: 'ecs:UpdateService*' })],
  ['a ? in an action', allow({ Action: 'ecs:Update?ervice' })],
  ['a ? for nothing', allow({ Action: 'ecs:UpdateService?' })],
  ['NotAction of another', allow({ Action: undefined, NotAction: 'iam:*' })],
  ['NotAction of this one', allow({ Action: undefined, NotAction: ['iam:*', 'ecs:Update*'] })],
];

const decisions: readonly Row[] = [
  ['nothing', []],
  ['a Deny alone', deny()],
  ['a Deny after an Allow', [allow(), deny()]],
  ['a Deny before an Allow', [deny(), allow()]],
  ['a Deny of another action', [allow(), deny({ Action: 'ecs:DeleteService' })]],
  ['a Deny by NotAction', [allow(), deny({ Action: undefined, NotAction: 'ecs:Describe*' })]],
  ['a Deny by NotResource', [allow(), deny({ Resource: undefined, NotResource: service })]],
  ['a Deny on another resource', [allow(), deny({ Resource: `${service}2` })]],
  [
    'a Deny with a condition that does not hold',
    [allow(), deny({ Condition: { Null: { 'aws:username': 'false' } } })],
  ],
  ['one statement that is not a list', allow()],
];

const resources: readonly Row[] = [
  ['the resource', on(service)],
  ['another resource', on(`${service}2`)],
  ['a resource in another case', on(service.replace('web', 'Web'))],
  ['a list of resources', on([cluster, service])],
  ['NotResource of another', allow({ Resource: undefined, NotResource: cluster })],
  ['NotResource of this one', allow({ Resource: undefined, NotResource: [service] })],
  ['any region and account', on('arn:aws:ecs:*:*:service/main/web')],
  ['any partition', on('arn:*:ecs:*:*:service/main/web')],
  ['another partition', on(service.replace('aws', 'aws-cn'))],
  ['a part of a region', on('arn:aws:ecs:us-*:123456789012:service/main/web')],
  ['a ? in a region', on('arn:aws:ecs:us-east-?:123456789012:service/main/web')],
  ['a part of an account', on('arn:aws:ecs:us-east-1:1234*:service/main/web')],
  ['any service of a cluster', on(`arn:aws:ecs:${place}:service/main/*`)],
  ['any service of this name', on(`arn:aws:ecs:${place}:service/*/web`)],
  ['two wildcards', on(`arn:aws:ecs:${place}:service/*a*n/*`)],
  ['a wildcard for nothing', on(`${service}*`)],
  ['everything in an account', on(`arn:aws:ecs:${place}:*`)],
  ['everything of a service', on('arn:aws:ecs:*')],
  ['everything in a region', on('arn:aws:ecs:us-east-1:*')],
  ['an ARN that ends early', on('arn:aws:ecs:us-east-1:123456789012')],
  ['a * over a colon of the resource', on(`arn:aws:logs:${place}:log-group:/ecs/*:log-stream:*`), stream],
  ['a * from one colon to another', on(`arn:aws:logs:${place}:log-group:/e*app/1`), stream],
  ['a log group alone', on(`arn:aws:logs:${place}:log-group:/ecs/web`), stream],
  ['a log group and all behind it', on(`arn:aws:logs:${place}:log-group:/ecs/web:*`), stream],
  ['the six characters of a secret', on(`arn:aws:secretsmanager:${place}:secret:prod/web-??????`), secret],
  ['five characters of six', on(`arn:aws:secretsmanager:${place}:secret:prod/web-?????`), secret],
  ['a secret without its characters', on(`arn:aws:secretsmanager:${place}:secret:prod/web`), secret],
  ['a role without its path', on('arn:aws:iam::123456789012:role/web'), pass],
  ['a role with any path', on('arn:aws:iam::123456789012:role/*'), pass],
  ['* for what knows no resource', on('*'), definition],
  ['an ARN for what knows no resource', on(`arn:aws:ecs:${place}:task-definition/*`), definition],
  [
    'NotResource for what knows no resource',
    allow({ Resource: undefined, NotResource: service }),
    definition,
  ],
];

const variables: readonly Row[] = [
  ['a variable', on(`arn:aws:ecs:${place}:service/main/\${aws:username}`), given({ 'aws:username': 'web' })],
  ['a variable of another value', on(`arn:aws:ecs:${place}:service/main/\${aws:username}`), ada],
  ['a variable without a value', on(`arn:aws:ecs:${place}:service/main/\${aws:username}`)],
  [
    'a variable in another case',
    on(`arn:aws:ecs:${place}:service/main/\${AWS:UserName}`),
    given({ 'aws:username': 'web' }),
  ],
  ['a default', on(`arn:aws:ecs:${place}:service/main/\${aws:PrincipalTag/team, 'web'}`)],
  ['a default that is not needed', on(`arn:aws:ecs:${place}:service/main/\${aws:username, 'web'}`), ada],
  [
    'a value with a wildcard',
    on(`arn:aws:ecs:${place}:service/main/\${aws:username}`),
    given({ 'aws:username': '*' }),
  ],
  ['a literal *', on(`arn:aws:ecs:${place}:service/main/\${*}`)],
  [
    'a Deny by a variable',
    [allow(), deny({ Resource: `arn:aws:ecs:${place}:service/main/\${aws:username}` })],
    given({ 'aws:username': 'web' }),
  ],
  [
    'a Deny by a variable of another value',
    [allow(), deny({ Resource: `arn:aws:ecs:${place}:service/main/\${aws:username}` })],
    ada,
  ],
  [
    'a variable in a condition',
    when({ StringEquals: { 'ecs:CreateAction': '${aws:username}' } }),
    given({ 'aws:username': 'RunTask', 'ecs:CreateAction': 'RunTask' }, tag),
  ],
  [
    'a variable in a pattern',
    when({ StringLike: { 'ecs:CreateAction': '${aws:username}*' } }),
    given({ 'aws:username': 'Run', 'ecs:CreateAction': 'RunTask' }, tag),
  ],
];

const conditions: readonly Row[] = [
  ['StringEquals', when({ StringEquals: { 'aws:username': 'ada' } }), ada],
  ['StringEquals in another case', when({ StringEquals: { 'aws:username': 'Ada' } }), ada],
  ['StringEquals with a wildcard', when({ StringEquals: { 'aws:username': 'a*' } }), ada],
  ['StringEquals of several', when({ StringEquals: { 'aws:username': ['bob', 'ada'] } }), ada],
  ['StringEquals without the key', when({ StringEquals: { 'aws:username': 'ada' } })],
  ['a key in another case', when({ StringEquals: { 'AWS:USERNAME': 'ada' } }), ada],
  ['StringEqualsIfExists', when({ StringEqualsIfExists: { 'aws:username': 'bob' } }), ada],
  ['StringEqualsIfExists without the key', when({ StringEqualsIfExists: { 'aws:username': 'bob' } })],
  ['StringNotEquals', when({ StringNotEquals: { 'aws:username': 'bob' } }), ada],
  ['StringNotEquals of several', when({ StringNotEquals: { 'aws:username': ['bob', 'ada'] } }), ada],
  ['StringNotEquals without the key', when({ StringNotEquals: { 'aws:username': 'bob' } })],
  ['StringEqualsIgnoreCase', when({ StringEqualsIgnoreCase: { 'aws:username': 'ADA' } }), ada],
  ['StringNotEqualsIgnoreCase', when({ StringNotEqualsIgnoreCase: { 'aws:username': 'ADA' } }), ada],
  ['StringLike', when({ StringLike: { 'aws:username': 'a?*' } }), ada],
  ['StringLike of a part', when({ StringLike: { 'aws:username': 'd*' } }), ada],
  ['StringNotLike', when({ StringNotLike: { 'aws:username': 'a*' } }), ada],
  ['two operators', when({ StringLike: { 'aws:username': 'a*' }, Null: { 'ecs:cluster': 'true' } }), ada],
  [
    'two keys, one of which fails',
    when({ StringEquals: { 'aws:username': 'ada', 'aws:SourceIp': 'x' } }),
    ada,
  ],
  ['ArnEquals', when({ ArnEquals: { 'ecs:cluster': cluster } }), inMain],
  ['ArnEquals with wildcards', when({ ArnEquals: { 'ecs:cluster': 'arn:*:ecs:*:*:cluster/m*' } }), inMain],
  ['ArnLike over parts', when({ ArnLike: { 'ecs:cluster': 'arn:aws:ecs:*/main' } }), inMain],
  ['ArnLike with a part too few', when({ ArnLike: { 'ecs:cluster': 'arn:aws:ecs:us-east-1:*' } }), inMain],
  ['ArnNotEquals', when({ ArnNotEquals: { 'ecs:cluster': `${cluster}2` } }), inMain],
  ['ArnNotLike', when({ ArnNotLike: { 'ecs:cluster': 'arn:aws:ecs:*:*:cluster/*' } }), inMain],
  ['ArnLike without the key', when({ ArnLike: { 'ecs:cluster': cluster } })],
  ['StringEquals of an ARN', when({ StringEquals: { 'ecs:cluster': cluster } }), inMain],
  ['StringLike of an ARN over parts', when({ StringLike: { 'ecs:cluster': 'arn:aws:ecs:*/main' } }), inMain],
  ['Bool', when({ Bool: { 'aws:SecureTransport': 'true' } }), given({ 'aws:SecureTransport': 'true' })],
  [
    'Bool without quotes',
    when({ Bool: { 'aws:SecureTransport': true } }),
    given({ 'aws:SecureTransport': 'true' }),
  ],
  [
    'Bool in another case',
    when({ Bool: { 'aws:SecureTransport': 'TRUE' } }),
    given({ 'aws:SecureTransport': 'true' }),
  ],
  [
    'Bool of the opposite',
    when({ Bool: { 'aws:SecureTransport': 'false' } }),
    given({ 'aws:SecureTransport': 'true' }),
  ],
  ['Bool without the key', when({ Bool: { 'aws:SecureTransport': 'false' } })],
  ['BoolIfExists without the key', when({ BoolIfExists: { 'aws:SecureTransport': 'true' } })],
  [
    'a Deny without TLS',
    [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    given({ 'aws:SecureTransport': 'false' }),
  ],
  ['Null of a key that is not there', when({ Null: { 'aws:username': 'true' } })],
  ['Null of a key that is there', when({ Null: { 'aws:username': 'true' } }), ada],
  ['Null, false', when({ Null: { 'aws:username': 'false' } }), ada],
  ['Null without quotes', when({ Null: { 'aws:username': false } }), ada],
  ['Null in another case', when({ Null: { 'aws:username': 'False' } }), ada],
  [
    'IpAddress in a range',
    when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    given({ 'aws:SourceIp': '10.1.2.3' }),
  ],
  [
    'IpAddress outside of it',
    when({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/16', '10.2.0.0/16'] } }),
    given({ 'aws:SourceIp': '10.1.2.3' }),
  ],
  [
    'IpAddress, one',
    when({ IpAddress: { 'aws:SourceIp': '10.1.2.3' } }),
    given({ 'aws:SourceIp': '10.1.2.3' }),
  ],
  [
    'IpAddress of IPv6',
    when({ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }),
    given({ 'aws:SourceIp': '2001:db8:1::7' }),
  ],
  [
    'NotIpAddress',
    when({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    given({ 'aws:SourceIp': '192.0.2.7' }),
  ],
  [
    'DateLessThan',
    when({ DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }),
    given({ 'aws:CurrentTime': '2026-12-31T23:59:59Z' }),
  ],
  [
    'DateGreaterThanEquals at the moment',
    when({ DateGreaterThanEquals: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }),
    given({ 'aws:CurrentTime': '2027-01-01T00:00:00Z' }),
  ],
  [
    'DateNotEquals',
    when({ DateNotEquals: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }),
    given({ 'aws:CurrentTime': '2027-01-01T00:00:00Z' }),
  ],
  [
    'NumericLessThan',
    when({ NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }),
    given({ 'aws:MultiFactorAuthAge': '1800' }),
  ],
  [
    'NumericGreaterThanEquals without quotes',
    when({ NumericGreaterThanEquals: { 'aws:MultiFactorAuthAge': 1800 } }),
    given({ 'aws:MultiFactorAuthAge': '1800' }),
  ],
  [
    'NumericNotEquals',
    when({ NumericNotEquals: { 'aws:MultiFactorAuthAge': '1800' } }),
    given({ 'aws:MultiFactorAuthAge': '1800' }),
  ],
  ['NumericEquals without the key', when({ NumericEqualsIfExists: { 'aws:MultiFactorAuthAge': '1' } })],
  [
    'the service a role is passed to',
    when({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
    given({ 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }, pass),
  ],
  [
    'a tag of the request',
    when({ StringEquals: { 'aws:RequestTag/team': 'web' } }),
    given({ 'aws:RequestTag/team': 'web' }, tag),
  ],
  [
    'another tag of the request',
    when({ StringEquals: { 'aws:RequestTag/stage': 'web' } }),
    given({ 'aws:RequestTag/team': 'web' }, tag),
  ],
  [
    'a tag of the resource',
    when({ StringEquals: { 'aws:ResourceTag/team': 'web' } }),
    given({ 'aws:ResourceTag/team': 'web' }),
  ],
  [
    'ForAllValues',
    when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'stage'] } }),
    given({ 'aws:TagKeys': ['team'] }, tag),
  ],
  [
    'ForAllValues with one too many',
    when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }),
    given({ 'aws:TagKeys': ['team', 'cost'] }, tag),
  ],
  ['ForAllValues without the key', when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }), tag],
  [
    'ForAnyValue',
    when({ 'ForAnyValue:StringLike': { 'aws:TagKeys': 't*' } }),
    given({ 'aws:TagKeys': ['cost', 'team'] }, tag),
  ],
  [
    'ForAnyValue of none',
    when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }),
    given({ 'aws:TagKeys': ['cost'] }, tag),
  ],
  ['ForAnyValue without the key', when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }), tag],
  [
    'ForAllValues of an opposite',
    when({ 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['cost', 'team'] } }),
    given({ 'aws:TagKeys': ['stage', 'team'] }, tag),
  ],
  [
    'ForAnyValue of an opposite',
    when({ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['cost', 'team'] } }),
    given({ 'aws:TagKeys': ['stage', 'team'] }, tag),
  ],
];

const refused: readonly Row[] = [
  ['an empty action', allow({ Action: '' })],
  ['an action without a service', allow({ Action: 'UpdateService' })],
  ['no action', allow({ Action: undefined })],
  ['Action and NotAction', allow({ NotAction: 'iam:*' })],
  ['an empty resource', on('')],
  ['a resource that is not an ARN', on('web')],
  ['no resource', on(undefined)],
  ['Resource and NotResource', allow({ NotResource: service })],
  ['an effect in lower case', allow({ Effect: 'allow' })],
  ['no effect', allow({ Effect: undefined })],
  ['a principal', allow({ Principal: '*' })],
  ['an operator that does not exist', when({ StringIs: { 'aws:username': 'ada' } }), ada],
  ['a Sid with a hyphen', allow({ Sid: 'a-b' })],
  ['a Sid twice', [allow({ Sid: 'a' }), deny({ Sid: 'a' })]],
];

/** With their titles. */
export const table: readonly (readonly [title: string, one: Case])[] = [
  ...actions,
  ...decisions,
  ...resources,
  ...variables,
  ...conditions,
  ...refused,
].map(([title, Statement, request]) => [
  title,
  // As it would come: without what is undefined.
  JSON.parse(JSON.stringify({ ...update, ...request, policy: { Version: '2012-10-17', Statement } })),
]);

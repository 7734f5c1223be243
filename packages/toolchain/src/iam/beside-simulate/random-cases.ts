import type { Case } from './case.ts';

/** A source of numbers from 0 to 1, the same for the same seed (mulberry32). */
const numbers = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

const place = 'us-east-1:123456789012';
/** Requests, with resources that AWS asks about for them and keys that they carry. */
const requests = [
  { action: 'ecs:UpdateService', resource: `arn:aws:ecs:${place}:service/main/web`, keys: ['ecs:cluster'] },
  { action: 'ecs:DescribeTasks', resource: `arn:aws:ecs:${place}:task/main/0123abcd`, keys: ['ecs:cluster'] },
  { action: 'ecs:RunTask', resource: `arn:aws:ecs:${place}:task-definition/web:7`, keys: ['ecs:cluster'] },
  {
    action: 'ecs:TagResource',
    resource: `arn:aws:ecs:${place}:service/main/web`,
    keys: ['aws:RequestTag/team', 'aws:TagKeys', 'ecs:CreateAction'],
  },
  { action: 'ecs:DescribeTaskDefinition', resource: '*', keys: [] },
  {
    action: 'ecr:PutImage',
    resource: `arn:aws:ecr:${place}:repository/team/web`,
    keys: ['aws:ResourceTag/team'],
  },
  {
    action: 'iam:PassRole',
    resource: 'arn:aws:iam::123456789012:role/teams/web',
    keys: ['iam:PassedToService'],
  },
  {
    action: 'secretsmanager:GetSecretValue',
    resource: `arn:aws:secretsmanager:${place}:secret:prod/web-AbCdEf`,
    keys: ['secretsmanager:VersionStage'],
  },
  {
    action: 'logs:GetLogEvents',
    resource: `arn:aws:logs:${place}:log-group:/ecs/web:log-stream:web/1`,
    keys: [],
  },
] as const;

/** The parts of an ARN, its resource divided into `service/` and `main/web`. */
const form = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):([^/:]*[/:])(.*)$/;

const values: Readonly<Record<string, readonly string[]>> = {
  'ecs:cluster': [`arn:aws:ecs:${place}:cluster/main`, `arn:aws:ecs:${place}:cluster/spare`],
  'aws:RequestTag/team': ['web', 'api'],
  'aws:ResourceTag/team': ['web', 'WEB', 'api'],
  'ecs:CreateAction': ['RunTask', 'CreateService'],
  'iam:PassedToService': ['ecs-tasks.amazonaws.com', 'ec2.amazonaws.com'],
  'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'],
  'aws:username': ['ada', 'web'],
  'aws:SourceIp': ['10.1.2.3', '192.0.2.7'],
  'aws:SecureTransport': ['true', 'false'],
  'aws:CurrentTime': ['2026-01-02T03:04:05Z', '2027-01-02T03:04:05Z'],
};
const always = ['aws:username', 'aws:SourceIp', 'aws:SecureTransport', 'aws:CurrentTime'];
const tagKeys = ['team', 'stage', 'cost'];

const operatorsOf = (key: string): readonly string[] => {
  if (key === 'aws:SecureTransport') return ['Bool', 'Null', 'BoolIfExists'];
  if (key === 'aws:SourceIp') return ['IpAddress', 'NotIpAddress', 'IpAddressIfExists', 'Null'];
  if (key === 'aws:CurrentTime')
    return ['DateLessThan', 'DateGreaterThan', 'DateGreaterThanEquals', 'DateNotEquals'];
  if (key === 'ecs:cluster')
    return ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'ArnLikeIfExists', 'Null'];
  if (key === 'aws:TagKeys')
    return ['StringEquals', 'StringLike', 'StringNotEquals'].flatMap((one) => [
      `ForAllValues:${one}`,
      `ForAnyValue:${one}`,
    ]);
  return [
    ...['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'],
    ...[
      'StringNotEqualsIgnoreCase',
      'StringEqualsIfExists',
      'StringLikeIfExists',
      'StringNotEqualsIfExists',
      'Null',
    ],
  ];
};

/** Policies and requests made of the same few words, so that about half of them meet. */
export function randomCases(seed: number, count: number): readonly Case[] {
  const next = numbers(seed);
  const chance = (probability: number) => next() < probability;
  const below = (limit: number) => Math.floor(next() * limit);
  const one = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const oneOrMany = <T>(make: () => T): T | T[] =>
    chance(0.7) ? make() : Array.from({ length: 1 + below(3) }, make);

  /** A text with some of it as wildcards. */
  const blurred = (text: string): string => {
    if (text === '' || chance(0.4)) return text;
    const from = below(text.length);
    const to = from + below(text.length - from);
    const blur = one(['*', '*', '*', '?', '**', '*?']);
    const shorter = `${text.slice(0, from)}${blur}${text.slice(blur === '?' ? from + 1 : to)}`;
    return chance(0.2) ? blurred(shorter) : shorter;
  };
  const actionPattern = (): string => {
    const [service = '', name = ''] = one(requests).action.split(':');
    const pattern = `${service}:${blurred(name)}`;
    return chance(0.05) ? '*' : chance(0.1) ? pattern.toUpperCase() : pattern;
  };
  /** An ARN, blurred within its parts, as a person would write it. */
  const arnPattern = (arn: string): string => {
    if (arn === '*' || chance(0.1)) return '*';
    const [, partition = '', service = '', region = '', account = '', type = '', name = ''] = form.exec(arn)!;
    const some = (part: string) => (chance(0.6) ? part : blurred(part));
    // A wildcard in the type of a resource is judged differently, and so is rare here.
    const resource = chance(0.05) ? blurred(type + name) : type + blurred(name);
    const pattern = `arn:${some(partition)}:${service}:${some(region)}:${some(account)}:${resource}`;
    return chance(0.1)
      ? pattern.replace(/web|main/, () =>
          one(['${aws:username}', "${aws:PrincipalTag/team, 'web'}", '${aws:PrincipalTag/none}', '${*}']),
        )
      : pattern;
  };
  const wanted = (key: string): string =>
    key === 'aws:TagKeys'
      ? one(tagKeys)
      : key === 'aws:SourceIp'
        ? one(['10.0.0.0/8', '10.1.2.3', '192.0.2.0/24', '192.0.2.7/32'])
        : one(values[key]!);
  const condition = (keys: readonly string[]): object => {
    const made: Record<string, Record<string, unknown>> = {};
    for (let left = 1 + below(2); left > 0; left -= 1) {
      const key = one([...keys, ...always]);
      const operator = one(operatorsOf(key));
      const value = (): unknown => {
        if (operator === 'Null') return one(['true', 'false', true, false]);
        if (/^Bool/.test(operator)) return one(['true', 'false', true]);
        if (/Like/.test(operator))
          return key === 'ecs:cluster' ? arnPattern(wanted(key)) : blurred(wanted(key));
        return chance(0.1) && /^String/.test(operator) ? '${aws:username}' : wanted(key);
      };
      made[operator] = {
        ...made[operator],
        [chance(0.1) ? key.toUpperCase() : key]:
          operator === 'Null' || /^Bool/.test(operator) ? value() : oneOrMany(value),
      };
    }
    return made;
  };
  const statement = (keys: readonly string[]) => ({
    Effect: chance(0.7) ? 'Allow' : 'Deny',
    [chance(0.9) ? 'Action' : 'NotAction']: oneOrMany(actionPattern),
    [chance(0.9) ? 'Resource' : 'NotResource']: oneOrMany(() => arnPattern(one(requests).resource)),
    ...(chance(0.5) && { Condition: condition(keys) }),
  });

  return Array.from({ length: count }, () => {
    const { action, resource, keys } = one(requests);
    const context: Record<string, string | string[]> = {};
    for (const key of [...keys, ...always]) {
      if (key === 'aws:TagKeys') context[key] = tagKeys.filter(() => chance(0.6));
      else if (chance(0.8)) context[key] = one(values[key]!);
    }
    if (context['aws:TagKeys']?.length === 0) delete context['aws:TagKeys'];
    const near = () => ({
      ...statement(keys),
      ...(chance(0.6) && {
        Action: oneOrMany(() => (chance(0.5) ? action : actionPattern())),
        NotAction: undefined,
        Resource: oneOrMany(() => arnPattern(resource)),
        NotResource: undefined,
      }),
    });
    const policy = {
      ...(chance(0.9) && { Version: '2012-10-17' }),
      Statement: JSON.parse(JSON.stringify(Array.from({ length: 1 + below(3) }, near))),
    };
    return { policy, action, resource, context };
  });
}

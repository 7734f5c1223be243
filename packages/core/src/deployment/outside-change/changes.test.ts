import { describe, expect, test } from '@jest/globals';
import {
  changeOf,
  compareFile,
  compareImage,
  compareSecret,
  compareTime,
  needsVersions,
  type Standing,
} from './changes.ts';

const at = (time: string) => Date.parse(`2026-11-30T${time}Z`);
/** When the oldest running task was created. */
const since = at('12:00:00.500');
const changedOn = (time: string): Standing => ({
  kind: 'changed',
  why: `was changed on 2026-11-30T${time}Z, after the oldest running task was created (2026-11-30T12:00:00.500Z)`,
});

describe('a time of change against the oldest running task', () => {
  test.each<[string, string, Standing]>([
    ['before it was created', '11:59:59.000', { kind: 'same' }],
    ['after it was created', '12:00:01.000', changedOn('12:00:01.000')],
  ])('%s', (_name, time, standing) => {
    expect(compareTime(at(time), since)).toEqual(standing);
  });

  test.each<[string, string, Standing]>([
    ['the second before', '11:59:59.000', { kind: 'same' }],
    ['the same second: S3 does not tell which came first', '12:00:00.000', changedOn('12:00:00.000')],
    ['later', '12:00:01.000', changedOn('12:00:01.000')],
  ])('of a file in S3, which is told in whole seconds: %s', (_name, time, standing) => {
    expect(compareFile(at(time), since)).toEqual(standing);
  });
});

describe('a secret', () => {
  test.each([
    ['is as it was where nothing of it was changed since', at('11:00:00.000'), false],
    ['needs a look at its versions where something of it was changed since', at('13:00:00.000'), true],
    ['needs a look at its versions where AWS tells no time', undefined, true],
  ])('%s', (_name, changed, needs) => {
    expect(needsVersions({ changed, rotated: undefined }, since)).toBe(needs);
  });

  const modified = { changed: at('13:00:00.000'), rotated: undefined };
  const version = (created: string, ...stages: string[]) => ({ created: at(created), stages });
  const labelMayHaveMoved = (stage: string): Standing => ({
    kind: 'unknown',
    why: `it was modified on 2026-11-30T13:00:00.000Z, and AWS does not report whether the label ${stage} was moved to another version then`,
  });

  test.each<
    [string, Parameters<typeof compareSecret>[0], Parameters<typeof compareSecret>[1], string, Standing]
  >([
    [
      'has a current value that was made since',
      modified,
      [version('13:00:00.000', 'AWSCURRENT'), version('10:00:00.000', 'AWSPREVIOUS')],
      'AWSCURRENT',
      changedOn('13:00:00.000'),
    ],
    [
      'was rotated since, to a value that was made before',
      { ...modified, rotated: at('12:30:00.000') },
      [version('11:59:00.000', 'AWSCURRENT')],
      'AWSCURRENT',
      changedOn('12:30:00.000'),
    ],
    [
      'was modified since in some way, which may have been its label',
      modified,
      [version('11:00:00.000', 'AWSCURRENT')],
      'AWSCURRENT',
      labelMayHaveMoved('AWSCURRENT'),
    ],
    [
      'has a new current value, and containers take another label',
      { ...modified, rotated: at('13:00:00.000') },
      [version('13:00:00.000', 'AWSCURRENT'), version('10:00:00.000', 'AWSPREVIOUS')],
      'AWSPREVIOUS',
      labelMayHaveMoved('AWSPREVIOUS'),
    ],
    [
      'has no version with the label',
      modified,
      [version('11:00:00.000', 'AWSCURRENT')],
      'BLUE',
      { kind: 'unknown', why: 'AWS shows no version of it with the label BLUE' },
    ],
  ])('%s', (_name, times, versions, stage, standing) => {
    expect(compareSecret(times, versions, stage, since)).toEqual(standing);
  });
});

describe('a tag', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const moved: Standing = {
    kind: 'changed',
    why: `web:latest names ${digest('b')} now, and ${digest('a')} runs`,
  };
  const index = `{"manifests": [{"digest": "${digest('a')}"}]}`;

  test.each<[string, string, string | undefined, string[], Standing]>([
    ['names what runs', digest('a'), undefined, [digest('a')], { kind: 'same' }],
    ['names an index whose platform runs', digest('b'), index, [digest('a')], { kind: 'same' }],
    ['names another image', digest('b'), '{}', [digest('a')], moved],
    ['names what only some tasks run', digest('b'), '{}', [digest('b'), digest('a')], moved],
  ])('%s', (_name, held, manifest, running, standing) => {
    expect(compareImage('web:latest', { digest: held, manifest }, new Set(running))).toEqual(standing);
  });
});

test('what is told names the reference, the containers and the reason', () => {
  const reference = {
    kind: 'parameter',
    name: '/prod/db',
    names: ['/prod/db'],
    region: undefined,
    account: undefined,
    label: undefined,
    containers: ['app'],
  } as const;
  const told = { service: 'web', kind: 'parameter', name: '/prod/db', containers: ['app'] };
  expect(changeOf('web', reference, { kind: 'same' })).toBeUndefined();
  expect(changeOf('web', reference, { kind: 'changed', why: 'was changed' })).toEqual({
    ...told,
    status: 'changed',
    reason: 'parameter /prod/db was changed',
  });
  expect(
    changeOf('web', reference, { kind: 'unknown', why: 'the caller lacks ssm:DescribeParameters' }),
  ).toEqual({
    ...told,
    status: 'unknown',
    reason:
      'cannot tell whether parameter /prod/db has changed since the oldest running task was created: the caller lacks ssm:DescribeParameters',
  });
});

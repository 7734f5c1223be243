import { afterAll, describe, expect, test } from '@jest/globals';
import { createLocalAws } from '../../sandbox.ts';

const aws = createLocalAws({ clock: 'virtual' });
afterAll(() => aws.close());

const put = (path: string, body: unknown) => aws.admin('ecs', 'PUT', path.split('/'), body);

describe('what a typing mistake would leave without effect is refused', () => {
  const kinds =
    'run, exit, pull-error, secret-error, out-of-memory, unhealthy, elb-unhealthy, spot-interruption, placement, exec-format, never-starts, stop';

  test.each([
    [{}, 'Fates are a list of rules, or { "fates": […] }.'],
    [['run'], 'The fates cannot be used: rule 1: a rule is an object.'],
    [[{ fate: { kind: 'explode' } }], `The fates cannot be used: rule 1: "fate.kind" is one of ${kinds}.`],
    [
      [{ fate: { kind: 'run' } }, { when: {}, fate: { kind: 'run' } }],
      'The fates cannot be used: rule 2: "when" is none of match, nth, count, fate.',
    ],
    [
      [{ match: { picture: 'web:2' }, fate: { kind: 'run' } }],
      'The fates cannot be used: rule 1: in "match", "picture" is none of image, family, taskDefinition, service, group.',
    ],
    [
      [{ fate: { kind: 'exit', exitCode: 1 } }],
      'The fates cannot be used: rule 1: in "fate", "exitCode" is none of kind, container, log, startAfter, healthyAfter, exitOnStop, code, after.',
    ],
    [[{ fate: { kind: 'exit' } }], 'The fates cannot be used: rule 1: "fate.code" is the exit code.'],
    [
      [{ nth: 0, fate: { kind: 'run' } }],
      'The fates cannot be used: rule 1: "nth" is a whole number from 1.',
    ],
    [
      [{ fate: { kind: 'run', startAfter: '3s' } }],
      'The fates cannot be used: rule 1: "startAfter" is a whole number from 0.',
    ],
    [
      [{ fate: { kind: 'pull-error', cause: 'gone' } }],
      'The fates cannot be used: rule 1: "fate.cause" is one of not-found, denied, timeout, platform, rate-limit.',
    ],
    [
      [{ fate: { kind: 'stop', code: 'Sunset', reason: 'x' } }],
      'The fates cannot be used: rule 1: "fate.code" is one of TaskFailedToStart, TerminationNotice, InfrastructureHealth.',
    ],
  ])('PUT fates %j', async (body, message) => {
    await expect(put('fates', body)).rejects.toMatchObject({ message, status: 400 });
  });

  test.each([
    [{}, 'Hooks are a list of rules, or { "rules": […] }.'],
    [[{ answer: 'FAILED' }], 'The hooks cannot be used: rule 1: "answer" is none of target, stage, answers.'],
    [[{ answers: [] }], 'The hooks cannot be used: rule 1: "answers" is a list of at least one.'],
    [
      [{ answers: ['Succeeded'] }],
      'The hooks cannot be used: rule 1: an answer is "SUCCEEDED", "FAILED" or { "status": "IN_PROGRESS", "callBackDelay": seconds }.',
    ],
  ])('PUT hooks %j', async (body, message) => {
    await expect(put('hooks', body)).rejects.toMatchObject({ message, status: 400 });
  });

  test.each([
    [
      { staleRead: 2 },
      'The lag cannot be used: "staleRead" is none of staleReads, lateServiceDeployment, missingAfterCreate.',
    ],
    [{ staleReads: -1 }, 'The lag cannot be used: "staleReads" is a whole number from 0.'],
  ])('PUT lag %j', async (body, message) => {
    await expect(put('lag', body)).rejects.toMatchObject({ message, status: 400 });
  });

  test('PUT alarms and PUT unknown-stage say what they want', async () => {
    await expect(put('alarms/5xx', { on: 'yes' })).rejects.toThrow(
      'PUT alarms/<name> { "on": true or false }.',
    );
    await expect(put('unknown-stage', { stage: 1 })).rejects.toThrow(
      'PUT unknown-stage { "stage": a name }, or {} for none.',
    );
  });
});

test('every rule that there can be is taken', async () => {
  const fates = [
    { match: { image: 'web:2', service: 'web' }, nth: 1, fate: { kind: 'exit', code: 1, log: ['no'] } },
    {
      match: { group: 'family:*' },
      count: 2,
      fate: { kind: 'stop', code: 'TerminationNotice', reason: 'x' },
    },
    { fate: { kind: 'elb-unhealthy', after: 0, reason: 'Health checks failed', healthyAfter: 10 } },
  ];
  expect(await put('fates', { fates })).toEqual({ fates });
  expect(await aws.admin('ecs', 'GET', ['fates'])).toEqual({ fates });
  expect(
    await put('hooks', [
      { target: ':check', stage: 'POST_SCALE_UP', answers: [{ status: 'IN_PROGRESS' }, 'SUCCEEDED'] },
    ]),
  ).toEqual({});
  expect(await put('unknown-stage', {})).toEqual({});
  expect(await put('lag', { staleReads: 2, missingAfterCreate: 0 })).toEqual({});
});

import { afterAll, describe, expect, test } from '@jest/globals';
import { createLocalAws } from '../../sandbox.ts';

const aws = createLocalAws({ clock: 'virtual' });
afterAll(() => aws.close());

const put = (path: string, body: unknown) => aws.admin('ecs', 'PUT', path.split('/'), body);

describe('what a typing mistake would leave without effect is refused', () => {
  const kinds =
    'run, exit, pull-error, secret-error, out-of-memory, unhealthy, elb-unhealthy, spot-interruption, placement, exec-format, never-starts, stop';

  test.each([
    [{}, 'Task rules are a list, or { "taskRules": […] }.'],
    [['run'], 'The task rules cannot be used: rule 1: a rule is an object.'],
    [
      [{ outcome: { kind: 'explode' } }],
      `The task rules cannot be used: rule 1: "outcome.kind" is one of ${kinds}.`,
    ],
    [
      [{ outcome: { kind: 'run' } }, { when: {}, outcome: { kind: 'run' } }],
      'The task rules cannot be used: rule 2: "when" is none of match, nth, count, outcome.',
    ],
    [
      [{ match: { picture: 'web:2' }, outcome: { kind: 'run' } }],
      'The task rules cannot be used: rule 1: in "match", "picture" is none of image, family, taskDefinition, service, group.',
    ],
    [
      [{ outcome: { kind: 'exit', exitCode: 1 } }],
      'The task rules cannot be used: rule 1: in "outcome", "exitCode" is none of kind, container, log, startAfter, healthyAfter, exitOnStop, code, after.',
    ],
    [
      [{ outcome: { kind: 'exit' } }],
      'The task rules cannot be used: rule 1: "outcome.code" is the exit code.',
    ],
    [
      [{ nth: 0, outcome: { kind: 'run' } }],
      'The task rules cannot be used: rule 1: "nth" is a whole number from 1.',
    ],
    [
      [{ outcome: { kind: 'run', startAfter: '3s' } }],
      'The task rules cannot be used: rule 1: "startAfter" is a whole number from 0.',
    ],
    [
      [{ outcome: { kind: 'pull-error', cause: 'gone' } }],
      'The task rules cannot be used: rule 1: "outcome.cause" is one of not-found, denied, timeout, platform, rate-limit.',
    ],
    [
      [{ outcome: { kind: 'stop', code: 'Sunset', reason: 'x' } }],
      'The task rules cannot be used: rule 1: "outcome.code" is one of TaskFailedToStart, TerminationNotice, InfrastructureHealth.',
    ],
  ])('PUT task-rules %j', async (body, message) => {
    await expect(put('task-rules', body)).rejects.toMatchObject({ message, status: 400 });
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
  const taskRules = [
    { match: { image: 'web:2', service: 'web' }, nth: 1, outcome: { kind: 'exit', code: 1, log: ['no'] } },
    {
      match: { group: 'family:*' },
      count: 2,
      outcome: { kind: 'stop', code: 'TerminationNotice', reason: 'x' },
    },
    { outcome: { kind: 'elb-unhealthy', after: 0, reason: 'Health checks failed', healthyAfter: 10 } },
  ];
  expect(await put('task-rules', { taskRules })).toEqual({ taskRules });
  expect(await aws.admin('ecs', 'GET', ['task-rules'])).toEqual({ taskRules });
  expect(
    await put('hooks', [
      { target: ':check', stage: 'POST_SCALE_UP', answers: [{ status: 'IN_PROGRESS' }, 'SUCCEEDED'] },
    ]),
  ).toEqual({});
  expect(await put('unknown-stage', {})).toEqual({});
  expect(await put('lag', { staleReads: 2, missingAfterCreate: 0 })).toEqual({});
});

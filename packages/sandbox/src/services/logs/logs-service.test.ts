import * as logs from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeJson } from '../../protocol/http/json-protocol.ts';
import { createLocalAws } from '../../sandbox.ts';
import { schemaProblems } from '../../testing/schema-problems.ts';
import { compileFilter } from './filter-pattern.ts';

const stream = { logGroupName: '/ecs/web', logStreamName: 'web/web/1' };

async function open(messages: readonly string[] = []) {
  const aws = createLocalAws({ clock: 'virtual', seed: 1 });
  const call = async (operation: string, input: object = {}) => {
    const answer = JSON.parse(writeJson(await aws.dispatch('logs', operation, input)));
    expect(schemaProblems((logs as Record<string, unknown>)[`${operation}$`], answer)).toEqual([]);
    return answer;
  };
  const refusal = (operation: string, input: object) =>
    aws.dispatch('logs', operation, input).then(
      () => undefined,
      (error) => [error.code, error.message],
    );
  await call('CreateLogGroup', { logGroupName: '/ecs/web' });
  await call('CreateLogStream', stream);
  const put = (lines: readonly string[], from = 1000) =>
    call('PutLogEvents', {
      ...stream,
      logEvents: lines.map((message, index) => ({ timestamp: from + index, message })),
    });
  if (messages.length > 0) await put(messages);
  const get = async (input: object = {}) => {
    const answer = await call('GetLogEvents', { ...stream, ...input });
    return { ...answer, lines: answer.events.map((event: { message: string }) => event.message) };
  };
  return { call, refusal, put, get };
}

describe('GetLogEvents', () => {
  test('shows the newest events unless it is asked to start at the head', async () => {
    const { get } = await open(['a', 'b', 'c']);
    expect((await get({ limit: 2 })).lines).toEqual(['b', 'c']);
    expect((await get({ limit: 2, startFromHead: true })).lines).toEqual(['a', 'b']);
  });

  test('at the end gives back the forward token it was given, and continues from it when more comes', async () => {
    const { get, put } = await open(['a', 'b', 'c']);
    const first = await get({ limit: 2, startFromHead: true });
    const second = await get({ nextToken: first.nextForwardToken });
    expect(second.lines).toEqual(['c']);
    const end = await get({ nextToken: second.nextForwardToken });
    expect([end.lines, end.nextForwardToken]).toEqual([[], second.nextForwardToken]);
    await put(['d'], 5000);
    expect((await get({ nextToken: end.nextForwardToken })).lines).toEqual(['d']);
  });

  test('goes backward with the other token', async () => {
    const { get } = await open(['a', 'b', 'c']);
    const last = await get({ limit: 1 });
    const before = await get({ limit: 1, nextToken: last.nextBackwardToken });
    expect([last.lines, before.lines]).toEqual([['c'], ['b']]);
    const head = await get({ nextToken: before.nextBackwardToken });
    const start = await get({ nextToken: head.nextBackwardToken });
    expect([head.lines, start.lines, start.nextBackwardToken]).toEqual([['a'], [], head.nextBackwardToken]);
  });

  test('a token taken from an empty stream leads to what comes later', async () => {
    const { get, put } = await open();
    const empty = await get({ startFromHead: true });
    await put(['a']);
    expect((await get({ nextToken: empty.nextForwardToken })).lines).toEqual(['a']);
  });

  test('a reader that follows the forward tokens sees every event once, whatever the page size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (count, limit) => {
          const all = Array.from({ length: count }, (_, index) => `line ${index}`);
          const { get } = await open(all);
          const seen: string[] = [];
          let token: string | undefined;
          for (;;) {
            const shown = await get({ limit, startFromHead: true, ...(token ? { nextToken: token } : {}) });
            seen.push(...shown.lines);
            if (shown.nextForwardToken === token) break;
            token = shown.nextForwardToken;
          }
          expect(seen).toEqual(all);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('includes the start time and excludes the end time', async () => {
    const { get } = await open(['a', 'b', 'c']);
    expect((await get({ startTime: 1001, endTime: 1002 })).lines).toEqual(['b']);
  });

  test('refuses a group, a stream or a token that does not exist', async () => {
    const { refusal } = await open();
    expect(await refusal('GetLogEvents', { ...stream, logGroupName: 'nope' })).toEqual([
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ]);
    expect(await refusal('GetLogEvents', { ...stream, logStreamName: 'nope' })).toEqual([
      'ResourceNotFoundException',
      'The specified log stream does not exist.',
    ]);
    expect(await refusal('GetLogEvents', { ...stream, nextToken: 'x' })).toEqual([
      'InvalidParameterException',
      'The specified nextToken is invalid.',
    ]);
  });
});

describe('FilterLogEvents', () => {
  test('merges the streams in order of time, by pattern and in pages', async () => {
    const { call } = await open(['GET /', 'ERROR one', 'ERROR two']);
    await call('CreateLogStream', { ...stream, logStreamName: 'web/web/2' });
    await call('PutLogEvents', {
      ...stream,
      logStreamName: 'web/web/2',
      logEvents: [{ timestamp: 1001, message: 'ERROR other' }],
    });
    const query = { logGroupName: '/ecs/web', filterPattern: 'ERROR', limit: 2 };
    const first = await call('FilterLogEvents', query);
    const second = await call('FilterLogEvents', { ...query, nextToken: first.nextToken });
    expect([...first.events, ...second.events].map((event) => [event.logStreamName, event.message])).toEqual([
      ['web/web/1', 'ERROR one'],
      ['web/web/2', 'ERROR other'],
      ['web/web/1', 'ERROR two'],
    ]);
    expect(second.nextToken).toBeUndefined();
  });

  test.each([
    ['ERROR', 'an ERROR here', true],
    ['ERROR -benign', 'a benign ERROR', false],
    ['"two words"', 'these two words', true],
    ['"two words"', 'two other words', false],
    ['?ERROR ?WARN', 'WARN', true],
    ['?ERROR ?WARN', 'INFO', false],
  ])('the pattern %s on %j: %s', (pattern, message, expected) =>
    expect(compileFilter(pattern)!(message)).toBe(expected),
  );

  test('says of a pattern over JSON that it does not understand it', async () => {
    const { refusal } = await open();
    expect(
      await refusal('FilterLogEvents', { logGroupName: '/ecs/web', filterPattern: '{ $.level = "error" }' }),
    ).toEqual([
      'InvalidParameterException',
      'Invalid filter pattern: the sandbox understands patterns of words only.',
    ]);
  });
});

describe('groups and streams', () => {
  test('exist once, and are listed by name or by their last event', async () => {
    const { call, refusal } = await open(['a']);
    expect(await refusal('CreateLogGroup', { logGroupName: '/ecs/web' })).toEqual([
      'ResourceAlreadyExistsException',
      'The specified log group already exists',
    ]);
    expect(await refusal('CreateLogStream', stream)).toEqual([
      'ResourceAlreadyExistsException',
      'The specified log stream already exists',
    ]);
    await call('PutRetentionPolicy', { logGroupName: '/ecs/web', retentionInDays: 7 });
    const { logGroups } = await call('DescribeLogGroups', { logGroupNamePrefix: '/ecs' });
    expect(logGroups).toMatchObject([
      {
        logGroupName: '/ecs/web',
        retentionInDays: 7,
        arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web:*',
      },
    ]);
    await call('CreateLogStream', { ...stream, logStreamName: 'a-silent-one' });
    const { logStreams } = await call('DescribeLogStreams', {
      logGroupName: '/ecs/web',
      orderBy: 'LastEventTime',
      descending: true,
    });
    expect(logStreams.map((one: { logStreamName: string }) => one.logStreamName)).toEqual([
      'web/web/1',
      'a-silent-one',
    ]);
  });

  test('take events in order only', async () => {
    const { refusal } = await open();
    const logEvents = [
      { timestamp: 2, message: 'b' },
      { timestamp: 1, message: 'a' },
    ];
    expect(await refusal('PutLogEvents', { ...stream, logEvents })).toEqual([
      'InvalidParameterException',
      'Log events in a single PutLogEvents request must be in chronological order.',
    ]);
  });
});

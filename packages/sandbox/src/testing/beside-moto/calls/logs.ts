import type { Calls } from '../ask.ts';

export const logsCalls: Calls = async (ask) => {
  const group = { logGroupName: '/ecs/moto' };
  const stream = { ...group, logStreamName: 'web/app/1' };
  const gone = { logGroupName: '/ecs/gone' };
  const now = Date.now();
  await ask('a new one', 'CreateLogGroup', group);
  await ask('one that is there already', 'CreateLogGroup', group);
  await ask('of a group', 'PutRetentionPolicy', { ...group, retentionInDays: 7 });
  await ask('of a group that is missing', 'PutRetentionPolicy', { ...gone, retentionInDays: 7 });
  await ask('a new one', 'CreateLogStream', stream);
  await ask('one that is there already', 'CreateLogStream', stream);
  await ask('in a group that is missing', 'CreateLogStream', { ...gone, logStreamName: 'web/app/1' });
  await ask('two', 'PutLogEvents', {
    ...stream,
    logEvents: [
      { timestamp: now - 2000, message: 'listening' },
      { timestamp: now - 1000, message: 'an error' },
    ],
  });
  await ask('in a stream that is missing', 'PutLogEvents', {
    ...group,
    logStreamName: 'gone',
    logEvents: [{ timestamp: now, message: 'a' }],
  });
  await ask('the last', 'GetLogEvents', { ...stream, limit: 1 });
  await ask('from the start', 'GetLogEvents', { ...stream, startFromHead: true });
  await ask('with a token that is none', 'GetLogEvents', { ...stream, nextToken: 'no' });
  await ask('of a stream that is missing', 'GetLogEvents', { ...group, logStreamName: 'gone' });
  await ask('of a group that is missing', 'GetLogEvents', { ...gone, logStreamName: 'gone' });
  await ask('by a word', 'FilterLogEvents', { ...group, filterPattern: 'error' });
  await ask('in a group that is missing', 'FilterLogEvents', gone);
  await ask('by prefix', 'DescribeLogGroups', { logGroupNamePrefix: '/ecs/moto' });
  await ask('of a group', 'DescribeLogStreams', group);
  await ask('of a group that is missing', 'DescribeLogStreams', gone);
  await ask('one', 'DeleteLogStream', stream);
  await ask('one that is missing', 'DeleteLogStream', stream);
  await ask('of a group', 'DeleteRetentionPolicy', group);
  await ask('one', 'DeleteLogGroup', group);
  await ask('one that is missing', 'DeleteLogGroup', group);
};

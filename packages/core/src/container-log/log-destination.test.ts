import { describe, expect, test } from '@jest/globals';
import { logDestination } from './log-destination.ts';

const taskArn = 'arn:aws:ecs:eu-west-1:123456789012:task/production/0123456789abcdef';
const awslogs = (options: Record<string, string>) => ({
  name: 'app',
  logConfiguration: { logDriver: 'awslogs' as const, options },
});

describe('where a container’s log is', () => {
  test('the stream is prefix/container/task id, in the region that the options name', () => {
    const container = awslogs({
      'awslogs-group': '/ecs/web',
      'awslogs-stream-prefix': 'web',
      'awslogs-region': 'eu-central-1',
    });
    expect(logDestination(container, taskArn)).toEqual({
      kind: 'stream',
      at: { group: '/ecs/web', stream: 'web/app/0123456789abcdef', region: 'eu-central-1' },
    });
  });

  test('without a prefix the stream is the container’s runtime id', () => {
    expect(logDestination(awslogs({ 'awslogs-group': '/ecs/web' }), taskArn, 'f00d')).toEqual({
      kind: 'stream',
      at: { group: '/ecs/web', stream: 'f00d' },
    });
  });

  test.each([
    [{ name: 'app' }, 'has no logConfiguration; add the awslogs driver to see its log here'],
    [
      { name: 'app', logConfiguration: { logDriver: 'awsfirelens' as const } },
      'logs through the awsfirelens driver; its log is not in CloudWatch Logs',
    ],
    [awslogs({}), 'uses the awslogs driver without awslogs-group'],
    [
      awslogs({ 'awslogs-group': '/ecs/web' }),
      'uses the awslogs driver without awslogs-stream-prefix, so its stream cannot be matched to its task; add a prefix',
    ],
  ])('a log that cannot be followed says why: %#', (container, note) => {
    expect(logDestination(container, taskArn)).toEqual({ kind: 'elsewhere', note });
  });
});

import type { Container, Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { verdictOf } from './verdict.ts';

const definitions = [
  { name: 'app', essential: true },
  { name: 'proxy' },
  { name: 'sidecar', essential: false },
];
const ended = (containers: Container[], more: Partial<Task> = {}): Task => ({
  lastStatus: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  containers,
  ...more,
});

describe('the verdict on a stopped task', () => {
  test.each<[string, Task, string | undefined, object]>([
    [
      'all essential containers ended with 0',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 0 },
      ]),
      undefined,
      { ok: true, container: 'app', exitCode: 0, notices: [] },
    ],
    [
      'one essential container failed',
      ended([
        { name: 'app', exitCode: 2 },
        { name: 'proxy', exitCode: 0 },
      ]),
      undefined,
      { ok: false, container: 'app', exitCode: 2 },
    ],
    [
      'the others were terminated by ECS when one had done its work',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 143 },
      ]),
      undefined,
      {
        ok: true,
        container: 'app',
        notices: ['container "proxy" ended with exit code 143 when ECS stopped it'],
      },
    ],
    [
      'an essential container was killed, and nobody said which one decides',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 137 },
      ]),
      undefined,
      { ok: false, container: 'proxy', exitCode: 137 },
    ],
    [
      'an essential container was killed after the named one had done its work',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 137 },
      ]),
      'app',
      { ok: true, container: 'app', exitCode: 0 },
    ],
    [
      'an essential container ran out of memory, whatever the named one did',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 137, reason: 'OutOfMemoryError: killed' },
      ]),
      'app',
      { ok: false, container: 'proxy', exitCode: 137 },
    ],
    [
      'a segmentation fault',
      ended([
        { name: 'app', exitCode: 139 },
        { name: 'proxy', exitCode: 143 },
      ]),
      undefined,
      {
        ok: false,
        container: 'app',
        sentence:
          'container "app" crashed (segmentation fault) (exit code 139): Essential container in task exited',
      },
    ],
    [
      'a container that never started',
      ended([{ name: 'app' }, { name: 'proxy' }], {
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'Something',
      }),
      undefined,
      {
        ok: false,
        container: 'app',
        sentence: 'the task stopped: Something (container "app" has no exit code)',
      },
    ],
    ['no containers at all', ended([], { stoppedReason: 'Something' }), undefined, { ok: false }],
    [
      'a Spot interruption, although the program ended with 0 when it was told to stop',
      ended(
        [
          { name: 'app', exitCode: 0 },
          { name: 'proxy', exitCode: 0 },
        ],
        {
          stopCode: 'SpotInterruption',
          stoppedReason: 'Your Spot Task was interrupted.',
        },
      ),
      undefined,
      {
        ok: false,
        sentence:
          'AWS stopped the task; the application is not the cause: Your Spot Task was interrupted. (it was stopped before it ended by itself)',
      },
    ],
    [
      'somebody stopped it, and it ended with 0',
      ended(
        [
          { name: 'app', exitCode: 0 },
          { name: 'proxy', exitCode: 0 },
        ],
        {
          stopCode: 'UserInitiated',
          stoppedReason: 'Task stopped by user',
        },
      ),
      undefined,
      { ok: false },
    ],
    [
      'a container that AWS added failed',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 0 },
        { name: 'aws-guardduty-agent-x', exitCode: 1 },
      ]),
      undefined,
      { ok: true, notices: [] },
    ],
    [
      'a container that is not essential decides because it was named',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 0 },
        { name: 'sidecar', exitCode: 5 },
      ]),
      'sidecar',
      { ok: false, container: 'sidecar', exitCode: 5 },
    ],
  ])('T04: %s', (_name, task, named, expected) => {
    expect(verdictOf(task, definitions, named)).toMatchObject(expected);
  });
});

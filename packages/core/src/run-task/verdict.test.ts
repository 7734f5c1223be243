import type { Container, Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { hasEndedAlone, verdictOf } from './verdict.ts';

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
const both = (app: Partial<Container>, proxy: Partial<Container>, more: Partial<Task> = {}) =>
  ended(
    [
      { name: 'app', ...app },
      { name: 'proxy', ...proxy },
    ],
    more,
  );
const orderUnknown = (list: string) =>
  `containers ${list} have ended, and ECS does not report which was first: it then stops the others, and one that exits with 0 when it is stopped may not have finished its work. Set "essential": false for sidecars.`;

describe('without a decisive container, every essential one has to end with 0', () => {
  test.each<[string, Task, object]>([
    [
      'all did, and which one ended the task is not known',
      both({ exitCode: 0 }, { exitCode: 0 }),
      {
        ok: true,
        container: 'app',
        exitCode: 0,
        sentence: 'container "app" and container "proxy" ended with exit code 0',
        notices: [],
        warnings: [orderUnknown('"app" (exit code 0) and "proxy" (exit code 0)')],
      },
    ],
    [
      'one failed',
      both({ exitCode: 2 }, { exitCode: 0 }),
      { ok: false, container: 'app', exitCode: 2, remedy: 'Check the container log.' },
    ],
    [
      'one was stopped by ECS (SIGTERM) when another had ended: which of them does the work is not known',
      both({ exitCode: 0 }, { exitCode: 143 }),
      {
        ok: false,
        container: 'proxy',
        exitCode: 143,
        sentence: 'container "proxy" ended (exit code 143): Essential container in task exited',
        remedy:
          'If "app" does the work, set `container` to it: ECS stops the other containers when an essential one ends, and without `container` every essential one must exit with 0.',
      },
    ],
    [
      'one was killed (SIGKILL) when another had ended',
      both({ exitCode: 0 }, { exitCode: 137 }),
      { ok: false, container: 'proxy', exitCode: 137 },
    ],
    [
      'one failed and ECS stopped the other: the one that failed is named',
      both({ exitCode: 143 }, { exitCode: 1 }),
      {
        ok: false,
        container: 'proxy',
        exitCode: 1,
        notices: ['container "app" ended with exit code 143'],
      },
    ],
    [
      'a segmentation fault',
      both({ exitCode: 139 }, { exitCode: 143 }),
      {
        ok: false,
        container: 'app',
        sentence:
          'container "app" crashed (segmentation fault) (exit code 139): Essential container in task exited',
      },
    ],
    [
      'one has no exit code',
      both({ exitCode: 0 }, {}),
      {
        ok: false,
        container: 'proxy',
        sentence: 'the task ended: Essential container in task exited (container "proxy" has no exit code)',
      },
    ],
    [
      'none ever started',
      both({}, {}, { stopCode: 'TaskFailedToStart', stoppedReason: 'Something' }),
      {
        ok: false,
        container: 'app',
        sentence: 'the task stopped: Something (container "app" has no exit code)',
      },
    ],
    ['ECS shows no containers', ended([], { stoppedReason: 'Something' }), { ok: false }],
    [
      'one that is not essential failed, and that decides nothing',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 0 },
        { name: 'sidecar', exitCode: 5 },
      ]),
      { ok: true, notices: ['container "sidecar", which is not essential, ended with exit code 5'] },
    ],
    [
      'one that AWS added failed, and the task definition does not speak of it',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 0 },
        { name: 'aws-guardduty-agent-x', exitCode: 1 },
      ]),
      { ok: true, notices: [] },
    ],
  ])('%s', (_name, task, expected) => {
    expect(verdictOf(task, definitions)).toMatchObject(expected);
  });
});

describe('the decisive container has to exit with 0, regardless of the others', () => {
  test.each<[string, Task, string, object]>([
    [
      'ECS stopped the other one (SIGTERM) when it had done its work',
      both({ exitCode: 0 }, { exitCode: 143 }),
      'app',
      {
        ok: true,
        container: 'app',
        exitCode: 0,
        sentence: 'container "app" ended with exit code 0',
        notices: ['container "proxy" ended with exit code 143'],
        warnings: [],
      },
    ],
    [
      'ECS killed the other one (SIGKILL) when it had done its work',
      both({ exitCode: 0 }, { exitCode: 137 }),
      'app',
      { ok: true, notices: ['container "proxy" ended with exit code 137'], warnings: [] },
    ],
    [
      'the other one ended with 0 too: which was first is not known',
      both({ exitCode: 0 }, { exitCode: 0 }),
      'app',
      {
        ok: true,
        notices: [],
        warnings: [orderUnknown('"app" (exit code 0) and "proxy" (exit code 0)')],
      },
    ],
    [
      'the other one failed: which was first is not known',
      both({ exitCode: 0 }, { exitCode: 1 }),
      'app',
      {
        ok: true,
        notices: ['container "proxy" ended with exit code 1'],
        warnings: [orderUnknown('"app" (exit code 0) and "proxy" (exit code 1)')],
      },
    ],
    [
      'the other one ran out of memory: which was first is not known',
      both({ exitCode: 0 }, { exitCode: 137, reason: 'OutOfMemoryError: killed' }),
      'app',
      {
        ok: true,
        notices: ['container "proxy" ended with exit code 137: OutOfMemoryError: killed'],
        warnings: [orderUnknown('"app" (exit code 0) and "proxy" (exit code 137)')],
      },
    ],
    [
      'it was stopped by ECS when the other one had ended with 0',
      both({ exitCode: 143 }, { exitCode: 0 }),
      'app',
      { ok: false, container: 'app', exitCode: 143, remedy: 'Check the container log.' },
    ],
    [
      'it has no exit code',
      both({}, { exitCode: 0 }),
      'app',
      {
        ok: false,
        sentence: 'the task ended: Essential container in task exited (container "app" has no exit code)',
      },
    ],
    [
      'it decides though it is not essential',
      ended([
        { name: 'app', exitCode: 0 },
        { name: 'proxy', exitCode: 0 },
        { name: 'sidecar', exitCode: 5 },
      ]),
      'sidecar',
      { ok: false, container: 'sidecar', exitCode: 5 },
    ],
  ])('%s', (_name, task, decisive, expected) => {
    expect(verdictOf(task, definitions, decisive)).toMatchObject(expected);
  });

  describe('one that is not essential may end while the task runs on', () => {
    const side = { name: 'side', essential: false };
    const running = (more: Partial<Task> = {}, app = 'RUNNING'): Task => ({
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      containers: [
        { name: 'app', lastStatus: app },
        { name: 'side', lastStatus: 'STOPPED', exitCode: 0 },
      ],
      ...more,
    });
    const all = [{ name: 'app', essential: true }, side];
    test('with 0, which decides', () => {
      expect(hasEndedAlone(running(), all, 'side')).toBe(true);
      expect(verdictOf(running(), all, 'side')).toMatchObject({ ok: true, container: 'side', notices: [] });
    });
    test.each<[string, boolean]>([
      ['the task is being stopped', hasEndedAlone(running({ desiredStatus: 'STOPPED' }), all, 'side')],
      ['an essential one has stopped too', hasEndedAlone(running({}, 'STOPPED'), all, 'side')],
      ['it is not named', hasEndedAlone(running(), all)],
      [
        'it may be started again',
        hasEndedAlone(running(), [all[0]!, { ...side, restartPolicy: { enabled: true } }], 'side'),
      ],
    ])('which decides nothing yet where %s', (_name, decided) => {
      expect(decided).toBe(false);
    });
  });

  test('a restart policy may hide a run that failed', () => {
    const restarting = { name: 'app', essential: true, restartPolicy: { enabled: true } };
    expect(verdictOf(ended([{ name: 'app', exitCode: 0 }]), [restarting], 'app')).toMatchObject({
      ok: true,
      warnings: [
        'container "app" has a restart policy: it ended with exit code 0 in its last run, and ECS does not report how the earlier ones ended',
      ],
    });
  });
});

describe('a task that did not end by itself has not done its work, though its containers ended with 0', () => {
  test.each<[string, Partial<Task>, string]>([
    [
      'a Spot interruption',
      { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
      'AWS stopped the task; the application is not the cause: Your Spot Task was interrupted. (it was stopped before it ended by itself)',
    ],
    [
      'someone stopped it',
      { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' },
      'someone stopped the task: Task stopped by user (it was stopped before it ended by itself)',
    ],
    [
      'a stop code that is new',
      { stopCode: 'Evicted' as never, stoppedReason: 'Moved' },
      'the task stopped: Moved (it was stopped before it ended by itself)',
    ],
    [
      'no stop code',
      { stopCode: undefined as never },
      'the task stopped: Essential container in task exited (ECS reports no stop code, so it is not known whether it ended by itself)',
    ],
  ])('%s', (_name, more, sentence) => {
    const task = both({ exitCode: 0 }, { exitCode: 0 }, more);
    expect(verdictOf(task, definitions)).toMatchObject({ ok: false, sentence });
    expect(verdictOf(task, definitions, 'app')).toMatchObject({ ok: false, sentence });
  });
});

test('a task definition without essential containers decides nothing', () => {
  expect(verdictOf(ended([{ name: 'app', exitCode: 0 }]), [])).toMatchObject({
    ok: false,
    sentence: 'the task definition has no essential container that could decide',
  });
});

import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { Result } from '@landfall/core/operation/execute';
import type { Truth } from '@landfall/sandbox/ecs/truth';
import type { JournalEntry } from '@landfall/sandbox/protocol/journal';
import { type Evidence, judge } from './chaos/judge.ts';
import { replayOf, runScene } from './chaos/run-scene.ts';

const first = 2_000_000;
const scenes = 120;

test('whatever happens to a deployment, green means live, red means not, and nothing is done twice', async () => {
  const seen = new Set<string>();
  // The same seeds each time; the nightly run takes new ones.
  for (let seed = first; seed < first + scenes; seed += 1) {
    const { breaches, verdict, strategy } = await runScene(seed);
    seen.add(verdict).add(strategy);
    const what = breaches.map((breach) => `${breach.kind}: ${breach.what}`).join('\n');
    if (what !== '') throw new Error(`${what}\nreplay: ${replayOf(seed)}`);
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'SUCCEEDED',
      'ROLLED_BACK',
      'FAILED',
      'ROLLING',
      'CODE_DEPLOY',
      'EXTERNAL',
      'EXPRESS',
    ]),
  );
}, 300_000);

const minute = 60_000;
const td = (revision: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${revision}`;
const ours = {
  arn: 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/b',
  deploymentId: 'ecs-svc/2000',
  taskDefinition: td(2),
  status: 'SUCCESSFUL',
  createdAt: 0,
  finalAt: minute,
} as const;
const before = { ...ours, deploymentId: 'ecs-svc/1000', taskDefinition: td(1) } as const;

/** Ours is live. */
const live: Truth = {
  status: 'ACTIVE',
  desiredCount: 2,
  live: { deploymentId: ours.deploymentId, taskDefinition: td(2), since: minute },
  healthyCount: 2,
  serving: [{ deploymentId: ours.deploymentId, taskDefinition: td(2), healthy: 2 }],
  deployments: [before, ours],
};
/** ECS went back to what ran before. */
const rolledBack: Truth = {
  ...live,
  live: { deploymentId: before.deploymentId, taskDefinition: td(1), since: minute },
  serving: [{ deploymentId: before.deploymentId, taskDefinition: td(1), healthy: 2 }],
  deployments: [before, { ...ours, status: 'ROLLBACK_SUCCESSFUL' }],
};
const green: Result = {
  exitCode: 0,
  outputs: { verdict: 'SUCCEEDED', 'deployment-id': ours.deploymentId },
} as unknown as Result;
const red = (code: LandfallError['code']): Result =>
  ({
    exitCode: 1,
    outputs: { verdict: code, 'deployment-id': ours.deploymentId },
    error: new LandfallError(code, { summary: 'web: web:2 is not live' }),
  }) as unknown as Result;

const kindsOf = (more: Partial<Evidence>) =>
  judge({
    result: green,
    truth: live,
    lines: [],
    journal: [],
    cancelledAt: undefined,
    onCancel: 'leave',
    until: 'completed',
    endedAt: 2 * minute,
    ours: 1,
    revisions: 1,
    allowed: 1,
    ...more,
  }).map((breach) => breach.kind);

const call = (operation: string, time: number) => ({ operation, time }) as JournalEntry;

describe('the judge', () => {
  test('has nothing against the truth, green or red', () => {
    expect(kindsOf({})).toEqual([]);
    expect(kindsOf({ result: red('ROLLED_BACK'), truth: rolledBack })).toEqual([]);
  });

  test('sees green on a deployment that was rolled back', () => {
    expect(kindsOf({ truth: rolledBack })).toEqual(['false-green']);
  });

  test('sees green on a deployment that is still going on', () => {
    const truth = {
      ...live,
      live: undefined,
      deployments: [before, { ...ours, status: 'IN_PROGRESS' as const }],
    };
    expect(kindsOf({ truth })).toEqual(['false-green']);
    expect(kindsOf({ truth, until: 'traffic-shifted' })).toEqual([]);
  });

  test('sees green on a deployment that was taken back after its traffic had been shifted', () => {
    expect(kindsOf({ truth: rolledBack, until: 'traffic-shifted' })).toEqual(['false-green']);
  });

  test('sees green on a deployment that completed and of which nothing runs any more', () => {
    expect(kindsOf({ truth: { ...live, live: undefined, serving: [] } })).toEqual(['false-green']);
  });

  test('sees green on a deployment that was deleted before the end, but for the instant of the last read', () => {
    const deleted: Truth = { ...live, live: undefined, serving: [] };
    const seen = (at: number) => kindsOf({ truth: deleted, seen: { truth: live, at } });
    expect(seen(2 * minute)).toEqual([]);
    expect(seen(2 * minute - 1)).toEqual(['false-green']);
    expect(kindsOf({ truth: deleted, seen: { truth: deleted, at: 2 * minute } })).toEqual(['false-green']);
  });

  test('sees green that names no deployment at all', () => {
    expect(kindsOf({ result: { ...green, outputs: { verdict: 'SUCCEEDED' } } })).toEqual(['false-green']);
  });

  test('sees "nothing to do" where something else is live', () => {
    const result = { ...green, outputs: { verdict: 'NOOP', 'task-definition-arn': td(2) } };
    expect(kindsOf({ result, truth: rolledBack })).toEqual(['false-green']);
    expect(kindsOf({ result })).toEqual([]);
  });

  test.each(['ROLLED_BACK', 'DEPLOYMENT_FAILED', 'STOPPED', 'SUPERSEDED', 'PAUSED', 'NOT_FOUND'] as const)(
    'sees %s said of a deployment that is live',
    (code) => expect(kindsOf({ result: red(code) })).toEqual(['false-red']),
  );

  test.each(['TIMED_OUT', 'STALLED'] as const)(
    'sees %s said of a deployment that has long been live',
    (code) => {
      expect(kindsOf({ result: red(code), endedAt: 10 * minute })).toEqual(['false-red']);
      expect(kindsOf({ result: red(code), endedAt: minute + 1000 })).toEqual([]);
    },
  );

  test('sees a crash loop said of tasks that have come up', () => {
    const error = new LandfallError('STALLED', {
      summary: 'web: web:2 is not live: a crash loop: 5 tasks …',
    });
    const result = { ...red('STALLED'), error };
    const truth = {
      ...live,
      live: undefined,
      deployments: [before, { ...ours, status: 'IN_PROGRESS' as const }],
    };
    expect(kindsOf({ result, truth })).toEqual(['false-red']);
    expect(kindsOf({ result, truth: { ...truth, serving: [] } })).toEqual([]);
  });

  test('sees a second deployment and a second revision', () => {
    expect(kindsOf({ ours: 2 })).toEqual(['duplicate']);
    expect(kindsOf({ revisions: 2 })).toEqual(['duplicate']);
    expect(kindsOf({ ours: 2, allowed: 2 })).toEqual([]);
  });

  test('sees a call after a cancel, and lets the one stop pass that was asked for', () => {
    const journal = [call('StopServiceDeployment', 3000), call('DescribeServices', 3100)];
    const result = red('CANCELLED');
    expect(kindsOf({ result, cancelledAt: 1000, journal })).toEqual(['call-after-cancel']);
    expect(kindsOf({ result, cancelledAt: 1000, journal, onCancel: 'stop' })).toEqual(['call-after-cancel']);
    expect(kindsOf({ result, cancelledAt: 1000, journal: journal.slice(0, 1), onCancel: 'stop' })).toEqual(
      [],
    );
  });

  test.each(['::set-output name=verdict::SUCCEEDED', 'fine\n  ::error::x', 'web ##[add-mask]y'])(
    'sees a line that a runner would obey: %j',
    (line) => expect(kindsOf({ lines: ['info: fine', line] })).toEqual(['command-fired']),
  );

  test('sees a defect of ours', () => {
    expect(kindsOf({ result: red('INTERNAL'), truth: rolledBack })).toEqual(['crash']);
  });
});

import { expect, test } from '@jest/globals';
import type { RunRecord } from '@landfall/core/record/run-record';
import type { ServiceRecord } from '@landfall/core/record/service-record';
import { runSummary } from './run-summary.ts';

const revision = (version: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${version}`;
const second = (at: number) => new Date(at * 1000).toISOString();

const empty: RunRecord = {
  schemaVersion: 1,
  landfall: '1.2.3',
  operation: 'deploy-service',
  title: 'Deploy a service',
  inputs: {},
  startedAt: second(0),
  endedAt: second(100),
  milliseconds: 100_000,
  ok: true,
  exitCode: 0,
  outputs: {},
  services: [],
  images: [],
  tasks: [],
  checks: [],
  changes: [],
  blockingFindings: [],
  containerImages: [],
  events: [],
  summary: [],
  calls: {},
};

const web: ServiceRecord = {
  cluster: 'main',
  service: 'web',
  status: 'rolled-back',
  verdict: 'ROLLED_BACK',
  reason: 'the circuit breaker was triggered',
  deployment: {
    id: 'ecs-svc/2',
    taskDefinition: revision(2),
    previousTaskDefinition: revision(1),
    shiftsTraffic: false,
  },
  milliseconds: 95_000,
  stoppedTasks: [
    { sentence: 'exit code 3', remedy: '', permanent: false, class: 'exit', tasks: ['0123abcd', '4567cdef'] },
  ],
  outsideChanges: [],
  resume: [],
};
const place = { cluster: 'main', service: 'web', deployment: 'ecs-svc/2' };

test('a run that has nothing to show has no summary', () => {
  expect(runSummary(empty)).toEqual([]);
});

test('a service has a row, and a section with its rollout, why tasks stopped and what ECS reported', () => {
  const blocks = runSummary({
    ...empty,
    services: [web],
    events: [
      {
        at: second(5),
        kind: 'following',
        ...place,
        taskDefinition: revision(2),
        startedAt: second(5),
        running: 0,
        others: 2,
      },
      { at: second(50), kind: 'counts', ...place, desired: 2, running: 1, pending: 1, failed: 0, others: 2 },
      { at: second(60), kind: 'service-event', ...place, message: 'deployment failed' },
      // Of the rollback, which is another deployment.
      { at: second(70), kind: 'service-event', ...place, deployment: 'ecs-svc/3', message: 'steady' },
    ],
  });
  expect(blocks).toEqual([
    {
      kind: 'table',
      head: ['service', 'from', 'to', 'result', 'time', 'reason'],
      rows: [['main/web', 'web:1', 'web:2', 'ROLLED_BACK', '1:35', 'the circuit breaker was triggered']],
    },
    { kind: 'heading', text: 'web: ROLLED_BACK' },
    { kind: 'paragraph', text: 'the circuit breaker was triggered (after 1:35)' },
    expect.objectContaining({
      kind: 'picture',
      text: expect.stringContaining('web: tasks of the new and the old version\n'),
    }),
    { kind: 'list', items: ['2 tasks (0123abcd, 4567cdef): exit code 3'] },
    {
      kind: 'details',
      title: 'Service events',
      logged: true,
      blocks: [{ kind: 'list', items: ['deployment failed'] }],
    },
  ]);
});

test('a service without a deployment has its row, and what has changed outside it', () => {
  const { deployment: _none, verdict: _open, ...rest } = web;
  const blocks = runSummary({
    ...empty,
    services: [
      {
        ...rest,
        status: 'not-started',
        reason: 'not started: web failed',
        milliseconds: 0,
        outsideChanges: [
          {
            service: 'web',
            kind: 'secret',
            name: 'db',
            containers: ['app'],
            status: 'changed',
            reason: 'secret db was changed',
          },
        ],
      },
    ],
  });
  expect(blocks).toEqual([
    expect.objectContaining({
      kind: 'table',
      rows: [['main/web', '–', '–', 'not-started', '–', 'not started: web failed']],
    }),
    { kind: 'list', items: ['secret db was changed'] },
  ]);
});

test('a plan is no result, and an error comes last', () => {
  const error = {
    code: 'PLAN_FAILED',
    summary: 'no',
    remedy: 'Fix it.',
    details: ['one', 'two'],
    detailsLogged: false,
    facts: {},
  };
  expect(runSummary({ ...empty, services: [{ ...web, status: 'planned' }], error })).toEqual([
    { kind: 'heading', text: 'Deploy a service: PLAN_FAILED' },
    { kind: 'paragraph', text: 'no' },
    { kind: 'paragraph', text: '→ Fix it.' },
    { kind: 'code', language: 'text', text: 'one\ntwo' },
  ]);
});

import type { Deployment, ECSExpressGatewayService, Tag } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { parseInputs } from '../../inputs/parse-inputs.ts';
import { planTags } from '../service/set-tags.ts';
import { expressInputs } from './inputs.ts';
import { configurationOf, endpointOf, isBehind, urlOf } from './live.ts';
import { expressPlanSentence, planExpressUpdate } from './plan.ts';

const revision = (digits: string) => `arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/${digits}`;
const taskDefinition = 'arn:aws:ecs:us-east-1:123456789012:task-definition/main-web:7';
const configuration = {
  serviceRevisionArn: revision('1'),
  primaryContainer: { image: 'web:1', containerPort: 80 },
  healthCheckPath: '/',
};
const planOf = (
  given: Record<string, string>,
  primary: Partial<Deployment> = { rolloutState: 'COMPLETED' },
  force = false,
) =>
  planExpressUpdate(
    parseInputs(expressInputs, new Map(Object.entries({ image: 'web:1', ...given }))),
    {
      serviceArn: 'arn:web',
      desiredCount: 1,
      deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', runningCount: 1, taskDefinition, ...primary }],
    },
    { express: {}, configuration },
    force,
  );

describe('the plan for an existing Express service', () => {
  test.each<[string, Partial<Deployment>, string, string]>([
    ['live', { rolloutState: 'COMPLETED' }, 'unchanged', 'main-web:7 is already live, as requested'],
    [
      'on its way',
      { rolloutState: 'IN_PROGRESS' },
      'adopt',
      'deployment ecs-svc/1 is already rolling out main-web:7',
    ],
    [
      'given up',
      { rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' },
      'failed-before',
      'deployment ecs-svc/1 of main-web:7 has failed: tasks failed to start.',
    ],
  ])('nothing new, and what there is is %s', (_case, primary, kind, reason) => {
    const plan = planOf({}, primary);
    expect(plan).toEqual({ kind, reason });
    expect(expressPlanSentence(plan)).toBe(reason);
  });

  test('sends only the groups that change, knows how to go back, and says what changes', () => {
    expect(planOf({ 'health-check-path': '/up' })).toEqual({
      kind: 'update',
      request: { serviceArn: 'arn:web', healthCheckPath: '/up' },
      undo: { serviceArn: 'arn:web', healthCheckPath: '/' },
      lines: ['- healthCheckPath: "/"', '+ healthCheckPath: "/up"'],
    });
  });

  test('by force sends the container as it is', () => {
    const same = { serviceArn: 'arn:web', primaryContainer: { image: 'web:1', containerPort: 80 } };
    expect(planOf({}, undefined, true)).toEqual({ kind: 'update', request: same, undo: same, lines: [] });
  });
});

describe('what an Express service shows', () => {
  const express: ECSExpressGatewayService = {
    activeConfigurations: [{ serviceRevisionArn: revision('1') }, { serviceRevisionArn: revision('2') }],
  };
  test('of its configurations the one of a deployment counts, wherever it stands', () => {
    expect(configurationOf(express, { id: 'ecs-svc/2' })?.serviceRevisionArn).toBe(revision('2'));
    expect(configurationOf(express, { id: 'ecs-svc/3' })).toBeUndefined();
    expect(configurationOf(express, undefined)).toBeUndefined();
  });
  test('a service is read behind when Express Mode has a newer configuration than its deployments run', () => {
    const at = (serviceRevisionArn: string, minute: number) => ({
      serviceRevisionArn,
      createdAt: new Date(minute * 60_000),
    });
    const both = { activeConfigurations: [at(revision('2'), 2), at(revision('1'), 1)] };
    const primary = { id: 'ecs-svc/1', status: 'PRIMARY' };
    expect(isBehind({ deployments: [primary] }, both)).toBe(true);
    // A rollback: the newer one is still there, and not PRIMARY.
    expect(isBehind({ deployments: [primary, { id: 'ecs-svc/2', status: 'ACTIVE' }] }, both)).toBe(false);
    // What the service no longer runs may show a little longer.
    expect(isBehind({ deployments: [{ id: 'ecs-svc/2', status: 'PRIMARY' }] }, both)).toBe(false);
  });
  test('the public address comes before a private one', () => {
    const inside = { accessType: 'PRIVATE' as const, endpoint: 'in.example' };
    const outside = { accessType: 'PUBLIC' as const, endpoint: 'out.example' };
    expect(endpointOf({ ingressPaths: [inside, outside] })).toBe('out.example');
    expect(endpointOf({ ingressPaths: [inside] })).toBe('in.example');
    expect(endpointOf(undefined)).toBeUndefined();
    expect(urlOf('out.example')).toBe('https://out.example');
    expect(urlOf('https://out.example')).toBe('https://out.example');
  });
});

test.each<[string, Tag[], Tag[], object]>([
  ['one more', [], [{ key: 'a', value: '1' }], { set: [{ key: 'a', value: '1' }], remove: [] }],
  [
    'another value',
    [{ key: 'a', value: '1' }],
    [{ key: 'a', value: '2' }],
    { set: [{ key: 'a', value: '2' }], remove: [] },
  ],
  ['one less', [{ key: 'a', value: '1' }], [], { set: [], remove: ['a'] }],
  ['the same', [{ key: 'a', value: '1' }], [{ key: 'a', value: '1' }], { set: [], remove: [] }],
  [
    'not the tags of AWS, nor the marks of a run',
    ['AmazonECSManaged', 'aws:cloudformation:stack-name', 'landfall:forcing'].map((key) => ({
      key,
      value: 'x',
    })),
    [],
    { set: [], remove: [] },
  ],
])('tags that change: %s', (_case, live, wanted, plan) => {
  expect(planTags(live, wanted)).toEqual(plan);
});

import type { ExpressGatewayServiceConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInputs } from '../../inputs/parse-inputs.ts';
import { expressInputs } from './inputs.ts';
import { asTaskDefinition, differences, type Settings, settingsOf, wantedSettings } from './settings.ts';

const valuesOf = (given: Record<string, string>) =>
  parseInputs(expressInputs, new Map(Object.entries({ image: 'web:2', ...given })));

const live: ExpressGatewayServiceConfiguration = {
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  cpu: '1024',
  memory: '2048',
  cpuArchitecture: 'X86_64',
  healthCheckPath: '/',
  networkConfiguration: { subnets: ['subnet-1aa', 'subnet-2bb'], securityGroups: ['sg-1aa'] },
  scalingTarget: {
    minTaskCount: 1,
    maxTaskCount: 20,
    autoScalingMetric: 'AVERAGE_CPU',
    autoScalingTargetValue: 60,
  },
  primaryContainer: {
    image: 'web:1',
    containerPort: 80,
    environment: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
    secrets: [],
    awsLogsConfiguration: { logGroup: '/aws/ecs/web', logStreamPrefix: 'ecs' },
  },
};

const changed = (given: Record<string, string>) =>
  differences(settingsOf(live), wantedSettings(valuesOf(given), live));

describe('what differs from the live configuration', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['a new image', {}, ['primaryContainer']],
    ['the same image', { image: 'web:1' }, []],
    ['the same variables in another order', { image: 'web:1', 'environment-variables': 'B=2\nA=1' }, []],
    ['one variable less', { image: 'web:1', 'environment-variables': 'A=1' }, ['primaryContainer']],
    ['no secrets, where there are none', { image: 'web:1', secrets: '[]' }, []],
    ['a command', { image: 'web:1', command: '["serve"]' }, ['primaryContainer']],
    ['the same subnets in another order', { image: 'web:1', subnets: 'subnet-2bb,subnet-1aa' }, []],
    ['one subnet less', { image: 'web:1', subnets: 'subnet-1aa' }, ['networkConfiguration']],
    ['another prefix of the log streams', { image: 'web:1', 'log-stream-prefix': 'w' }, ['primaryContainer']],
    [
      'sizes, a path and a scaling',
      { image: 'web:1', cpu: '512', 'health-check-path': '/up', 'max-task-count': '4' },
      ['cpu', 'healthCheckPath', 'scalingTarget'],
    ],
    [
      'what is so already',
      { image: 'web:1', cpu: '1024', memory: '2048', 'min-task-count': '1', 'cpu-architecture': 'x86_64' },
      [],
    ],
  ])('%s', (_case, given, names) => {
    expect(changed(given)).toEqual(names);
  });

  test('nothing, whatever the order of what has none', () => {
    const environment = fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1 }), value: fc.string() }), {
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(environment, fc.array(fc.string()), (variables, subnets) => {
        const settings = (turn: <T>(list: readonly T[]) => T[]): Settings => ({
          primaryContainer: { image: 'web:1', environment: turn(variables) },
          networkConfiguration: { subnets: turn(subnets) },
        });
        expect(
          differences(
            settings((list) => [...list]),
            settings((list) => [...list].reverse()),
          ),
        ).toEqual([]);
      }),
    );
  });
});

describe('what is wanted', () => {
  test('of a new service is what was given, and nothing made up', () => {
    expect(wantedSettings(valuesOf({}), undefined)).toEqual({ primaryContainer: { image: 'web:2' } });
  });

  test('of an existing one is what was given over what it has, group by group', () => {
    expect(wantedSettings(valuesOf({ 'max-task-count': '5', 'log-group': '/web' }), live)).toEqual({
      ...settingsOf(live),
      primaryContainer: {
        ...live.primaryContainer,
        image: 'web:2',
        awsLogsConfiguration: { logGroup: '/web', logStreamPrefix: 'ecs' },
      },
      scalingTarget: { ...live.scalingTarget, maxTaskCount: 5 },
    });
  });

  test('is shown as a task definition with one container', () => {
    expect(asTaskDefinition(settingsOf(live))).toMatchObject({
      cpu: '1024',
      containerDefinitions: [
        {
          name: 'Main',
          image: 'web:1',
          portMappings: [{ containerPort: 80 }],
          logConfiguration: { options: { 'awslogs-group': '/aws/ecs/web', 'awslogs-stream-prefix': 'ecs' } },
        },
      ],
    });
  });
});

test.each<[Record<string, string>, string]>([
  [
    { 'min-task-count': '5', 'max-task-count': '2' },
    'min-task-count must be at most max-task-count, got 5 and 2',
  ],
  [{ 'mutate-tags-on-update': 'true' }, 'mutate-tags-on-update needs tags: set [] to remove all'],
])('%j: %s', async (given, problem) => {
  const { checkExpress } = await import('./inputs.ts');
  const [found] = checkExpress(valuesOf(given));
  expect(`${found?.input} ${found?.problem}`).toBe(problem);
});

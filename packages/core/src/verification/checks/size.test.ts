import { expect, test } from '@jest/globals';
import { checkSize } from './size.ts';

const fargate = (cpu: string | undefined, memory: string | undefined, more: object = {}) =>
  checkSize({
    taskDefinition: {
      family: 'web',
      containerDefinitions: [],
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu,
      memory,
      ...more,
    },
  });

test.each([
  ['256', '512'],
  ['256', '2048'],
  ['.25 vCPU', '0.5 GB'],
  ['512', '4096'],
  ['1024', '2048'],
  ['4 vCPU', '30 GB'],
  ['8192', '61440'],
  ['16384', '122880'],
])('Fargate has %s / %s', (cpu, memory) => {
  expect(fargate(cpu, memory)).toEqual([
    { area: 'size', subject: `task ${cpu} / ${memory}`, state: 'OK', message: 'is a valid Fargate size' },
  ]);
});

test.each([
  ['256', '1536', '256 CPU units cannot be combined with 1536 of memory'],
  ['512', '512', '512 CPU units cannot be combined with 512 of memory'],
  ['1024', '2500', '1024 CPU units cannot be combined with 2500 of memory'],
  ['8192', '17408', '8192 CPU units cannot be combined with 17408 of memory'],
  ['300', '1024', 'Fargate has no task with 300 CPU units'],
])('Fargate does not have %s / %s', (cpu, memory, why) => {
  const [check] = fargate(cpu, memory);
  expect([check?.state, check?.message]).toEqual(['ERROR', `is not a Fargate size: ${why}`]);
});

test('a size larger than any known here is not judged, because AWS may have added it', () => {
  expect(fargate('32768', '245760')[0]?.state).toBe('SKIP');
});

test('without a size there is nothing that Fargate could run', () => {
  expect(fargate(undefined, '512')[0]?.message).toBe('has no size, and Fargate needs both');
});

test('a service on Fargate needs a task definition for Fargate, with awsvpc', () => {
  const checks = checkSize({
    taskDefinition: {
      family: 'web',
      containerDefinitions: [],
      requiresCompatibilities: ['EC2'],
      cpu: '256',
      memory: '512',
    },
    service: { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
  });
  expect(checks.map(({ state, subject, message }) => `${state} ${subject} ${message}`)).toEqual([
    'OK task 256 / 512 is a valid Fargate size',
    'ERROR requiresCompatibilities is EC2, but the service runs on Fargate',
    'ERROR networkMode is bridge, but Fargate runs tasks in the network mode awsvpc only',
  ]);
});

test('on EC2 any size is good', () => {
  expect(fargate('100', '77', { requiresCompatibilities: ['EC2'] })[0]?.state).toBe('SKIP');
});

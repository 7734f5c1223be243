import { expect, test } from '@jest/globals';
import type { TaskRecord } from '../model/records.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import type { Inspected } from './inspected.ts';
import type { TaskContainers } from './task-containers.ts';
import { watchHealth } from './watch-health.ts';

/** What is reported of a container that the engine shows in these states, one read after the other. */
async function toldOf(...states: readonly Inspected['State'][]): Promise<readonly string[]> {
  const told: string[] = [];
  const left = [...states];
  await new Promise<void>((done) => {
    const containers = {
      all: () => [{ id: 'c1', definition: { name: 'web', healthCheck: { command: ['CMD', 'true'] } } }],
      inspect: async () => ({ State: left.shift(), NetworkSettings: { Ports: {} } }),
    } as unknown as TaskContainers;
    const lifecycle = {
      containerHealth: (_task: TaskRecord, name: string, status: string) => told.push(`${name} ${status}`),
      later: (_task: TaskRecord, _after: number, look: () => void) => (left.length > 0 ? look() : done()),
    } as unknown as TaskLifecycle;
    watchHealth(lifecycle, {} as TaskRecord, containers);
  });
  return told;
}

const state = (Status: 'starting' | 'healthy' | 'unhealthy', Running = true) => ({
  Running,
  ExitCode: Running ? 0 : 78,
  OOMKilled: false,
  Health: { Status },
});

test('the engine’s health checks are told while the container runs', async () => {
  expect(await toldOf(state('starting'), state('healthy'), state('unhealthy'))).toEqual([
    'web HEALTHY',
    'web UNHEALTHY',
  ]);
});

test('a container that ended by itself is not told as unhealthy, though the engine calls it so', async () => {
  expect(await toldOf(state('starting'), state('unhealthy', false))).toEqual([]);
});

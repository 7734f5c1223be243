import type { Service } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import type { Run } from '../follow/run.ts';
import type { Target } from '../service/read-service-targets.ts';
import { planSurely } from './by-task-sets.ts';
import { planByTaskSets } from './external/plan.ts';

const arn = (name: string) => `arn:aws:ecs:us-east-1:123456789012:task-definition/${name}`;
/** What a read shows: `web:2` is the primary task set, alone and live. */
const showing = (name: string, createdAt?: Date): Service => ({
  deploymentController: { type: 'EXTERNAL' },
  desiredCount: 2,
  taskSets: [
    {
      id: `ecs-svc/${name}`,
      status: 'PRIMARY',
      createdAt,
      taskDefinition: arn(name),
      stabilityStatus: 'STEADY_STATE',
      computedDesiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
    },
  ],
});

/** What is planned for web:2 by reads three seconds apart, and how many there were. */
async function planned(...reads: readonly string[]) {
  return plannedOf(reads.map((name) => showing(name)));
}

async function plannedOf(reads: readonly Service[]) {
  let read = 0;
  const target = { cluster: 'main', name: 'web', service: reads[0]! } as Target;
  const run = { world: { clock: { elapsed: () => read * 3000 } } } as unknown as Run;
  const again = async () => {
    read += 1;
    return { ...target, service: reads[Math.min(read, reads.length - 1)]! };
  };
  const { plan } = await planSurely(run, target, (found) => planByTaskSets(found, arn('web:2'), {}), again);
  return `${plan.kind} after ${read + 1} reads`;
}

test.each([
  ['something is to be done: one read tells', ['web:1'], 'update after 1 reads'],
  ['nothing is to be done: two reads tell', ['web:2', 'web:2'], 'unchanged after 2 reads'],
  ['one read is behind', ['web:2', 'web:1', 'web:2', 'web:2'], 'unchanged after 4 reads'],
  ['the first read was behind', ['web:2', 'web:1', 'web:1'], 'update after 3 reads'],
  [
    'no two agree until whatever was written before shows: the last one tells',
    Array.from({ length: 11 }, (_, at) => (at % 2 === 0 ? 'web:2' : 'web:1')),
    'unchanged after 11 reads',
  ],
])('%s', async (_, reads, expected) => {
  expect(await planned(...reads)).toBe(expected);
});

test('two reads of an older task set than was shown before decide nothing, for as long as both may be behind', async () => {
  const before = showing('web:1', new Date(1000));
  expect(await plannedOf([showing('web:2', new Date(2000)), before, before])).toBe('update after 11 reads');
});

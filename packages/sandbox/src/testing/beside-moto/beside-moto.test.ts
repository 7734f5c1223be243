import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { VirtualClock } from '../../clock/clock.ts';
import { sandboxForTests } from '../started.ts';
import { type Difference, differences } from './compare.ts';
import { judge } from './judge.ts';
import { type Recording, record } from './recording.ts';

/** `npm run moto -- --record` writes it. */
const recorded = new URL('recorded.json', import.meta.url);
const started = sandboxForTests({ clock: 'virtual', seed: 1 });
let found: readonly Difference[];

beforeAll(async () => {
  const { url, region, clock, ecs } = started();
  // As in moto: a task that is run keeps running until it is stopped.
  ecs.setTaskRules([{ outcome: { kind: 'run' } }]);
  const moto: { calls: Recording } = JSON.parse(await readFile(recorded, 'utf8'));
  const sandbox = await record({
    endpoint: url,
    region,
    accessKeyId: 'LANDFALLADMIN',
    vpc: 'vpc-1',
    subnet: 'subnet-1',
    securityGroup: 'sg-1',
    timePasses: async () => (clock as VirtualClock).advance(3 * 60_000),
  });
  found = differences(moto.calls, sandbox);
});

describe('the sandbox compared with moto', () => {
  test('answers every call with the same members, types, errors and status, but for what moto has wrong', () => {
    expect(judge(found).unexplained).toEqual([]);
  });

  test('no difference is excused that there is no more', () => {
    expect(judge(found).outdated).toEqual([]);
  });
});

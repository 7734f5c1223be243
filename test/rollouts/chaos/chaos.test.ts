import { expect, test } from '@jest/globals';
import { replayOf, runTimeline } from '../../chaos/run-timeline.ts';

const first = 2_000_000;
const timelines = 1000;
test('whatever happens, green means what docs/truth.md says, and red is exact', async () => {
  const verdicts = new Set<string>();
  const done = new Set<string>();
  const broken: string[] = [];
  // The same seeds each time; runs started manually and at night use others.
  for (let seed = first; seed < first + timelines; seed += 1) {
    const outcome = await runTimeline(seed);
    for (const verdict of outcome.verdicts) verdicts.add(verdict);
    for (const what of outcome.what.split(' ')) done.add(what);
    for (const { kind, what } of outcome.breaches)
      broken.push(`${kind}: ${outcome.what}: ${what}\nreplay: ${replayOf(seed)}`);
  }
  expect(broken).toEqual([]);
  expect([...verdicts]).toEqual(
    expect.arrayContaining(['SUCCEEDED', 'NOOP', 'ROLLED_BACK', 'SUPERSEDED', 'FAILED', 'STALLED']),
  );
  expect([...done]).toEqual(
    expect.arrayContaining([
      'ROLLING',
      'CLASSIC',
      'BLUE_GREEN',
      'LINEAR',
      'CANARY',
      'EXPRESS',
      'CODE_DEPLOY',
      'EXTERNAL',
      'deploy-service',
      'deploy-express-service',
      'wait-for-service',
      'rollback-service',
      'continue-deployment',
      'scale-service',
      'run-task',
    ]),
  );
}, 600_000);

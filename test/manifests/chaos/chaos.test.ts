import { expect, test } from '@jest/globals';
import { replayOf, runTimeline } from '../../chaos/run-timeline.ts';

const first = 3_000_000;
const timelines = 300;
const choice = { operation: 'deploy-manifest' } as const;

test('whatever happens to an environment, green means what docs/truth.md says, and red is exact', async () => {
  const verdicts = new Set<string>();
  const broken: string[] = [];
  // The same seeds each time; runs started manually and at night use others.
  for (let seed = first; seed < first + timelines; seed += 1) {
    const outcome = await runTimeline(seed, choice);
    for (const verdict of outcome.verdicts) verdicts.add(verdict);
    for (const { kind, what } of outcome.breaches)
      broken.push(`${kind}: ${what}\nreplay: ${replayOf(seed, choice)}`);
  }
  expect(broken).toEqual([]);
  expect([...verdicts]).toEqual(
    expect.arrayContaining([
      'SUCCEEDED',
      'NOOP',
      'PARTLY_DEPLOYED',
      'TASK_FAILED',
      'SERVICE_IN_USE',
      'CONFLICT',
      'ENVIRONMENT_BUSY',
    ]),
  );
}, 600_000);

import { expect, test } from '@jest/globals';
import { replayOf, runTimeline } from './chaos/run-timeline.ts';

const first = 2_000_000;
const timelines = 300;
/** What no run may do, whatever it is told. */
const never = new Set(['crash', 'command-fired', 'call-after-cancel']);

test('whatever happens, a run neither fails by a defect, nor goes on after a cancel, nor commands the runner', async () => {
  const verdicts = new Set<string>();
  const done = new Set<string>();
  // The same seeds each time; the nightly run takes new ones.
  for (let seed = first; seed < first + timelines; seed += 1) {
    const outcome = await runTimeline(seed);
    for (const verdict of outcome.verdicts) verdicts.add(verdict);
    for (const what of outcome.what.split(' ')) done.add(what);
    const told = outcome.breaches
      .filter(({ kind }) => never.has(kind))
      .map(({ kind, what }) => `${kind}: ${what}`);
    if (told.length > 0) throw new Error(`${told.join('\n')}\nreplay: ${replayOf(seed)}`);
  }
  expect([...verdicts]).toEqual(expect.arrayContaining(['SUCCEEDED', 'NOOP', 'ROLLED_BACK', 'SUPERSEDED']));
  expect([...done]).toEqual(
    expect.arrayContaining([
      'ROLLING',
      'CLASSIC',
      'CODE_DEPLOY',
      'EXTERNAL',
      'EXPRESS',
      'run-task',
      'scale-service',
    ]),
  );
}, 300_000);

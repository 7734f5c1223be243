import { parseArgs } from 'node:util';
import { operations, strategies } from '../rollouts/chaos/timeline/timeline.ts';
import { type Choice, replayOf, runTimeline } from './run-timeline.ts';

/**
 * `npm run chaos -- --timelines N --seed S [--controller C] [--operation O] [--show]`: simulates N timelines, each drawn
 * from its seed, and says how often a rule of docs/truth.md was broken; with --show also how each one went.
 */
const { values } = parseArgs({
  options: {
    timelines: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    controller: { type: 'string' },
    operation: { type: 'string' },
    show: { type: 'boolean' },
  },
});

function refuse(problem: string): never {
  console.error(`chaos: ${problem}`);
  process.exit(2);
}

function oneOf<T extends string>(name: string, value: string | undefined, all: readonly T[]): T | undefined {
  const found = all.find((one) => one === value);
  return value === undefined || found ? found : refuse(`--${name} is one of ${all.join(', ')}`);
}

const timelines = Number(values.timelines);
const first = Number(values.seed);
if (!Number.isSafeInteger(timelines) || timelines < 1 || !Number.isSafeInteger(first))
  refuse('--timelines and --seed are whole numbers, the first at least 1');
const strategy = oneOf('controller', values.controller, strategies);
const operation = oneOf('operation', values.operation, [...operations, 'deploy-manifest'] as const);
if (operation === 'deploy-manifest' && strategy) refuse('--controller is not for deploy-manifest');
const choice: Choice = operation === 'deploy-manifest' ? { operation } : { strategy, operation };
const counts = { 'false-green': 0, 'false-red': 0, duplicate: 0, other: 0 };
/** How often each operation came to each verdict: a rule that nothing tests would hold, too. */
const ends = new Map<string, Map<string, number>>();
const start = performance.now();
for (let seed = first; seed < first + timelines; seed += 1) {
  const { breaches, verdicts, what, story } = await runTimeline(seed, choice);
  if (values.show && story) console.log(story());
  for (const { kind, what: told } of breaches) {
    counts[kind in counts ? (kind as keyof typeof counts) : 'other'] += 1;
    console.log(`${kind}: ${what}: ${told}\n  replay: ${replayOf(seed, choice)}`);
  }
  const row = ends.get(what) ?? new Map<string, number>();
  for (const verdict of verdicts) row.set(verdict, (row.get(verdict) ?? 0) + 1);
  ends.set(what, row);
}
const perSecond = Math.round(timelines / ((performance.now() - start) / 1000));
if (counts.other > 0)
  console.log(`${counts.other} other breaches (a call after a cancel, a command in the log, a crash)`);
for (const [what, row] of [...ends].sort()) {
  const verdicts = [...row].sort(([, a], [, b]) => b - a).map(([verdict, count]) => `${verdict} ${count}`);
  console.log(`${what}: ${verdicts.join(', ')}`);
}
console.log(`${perSecond} timelines a second`);
console.log(
  `${timelines} timelines, ${counts['false-green']} false greens, ${counts['false-red']} false reds, ${counts.duplicate} duplicates`,
);
process.exitCode = Object.values(counts).some((count) => count > 0) ? 1 : 0;

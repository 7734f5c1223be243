import { parseArgs } from 'node:util';
import { controllers, replayOf, runScene } from './run-scene.ts';

/** `npm run chaos -- --timelines N --seed S [--controller C]`: plays N seeded scenes and says how often a law was broken. */
const { values } = parseArgs({
  options: {
    timelines: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    controller: { type: 'string' },
  },
});
const timelines = Number(values.timelines);
const first = Number(values.seed);
if (!Number.isSafeInteger(timelines) || timelines < 1 || !Number.isSafeInteger(first)) {
  console.error('chaos: --timelines and --seed are whole numbers, the first at least 1');
  process.exit(2);
}
const controller = controllers.find((one) => one === values.controller);
if (values.controller !== undefined && !controller) {
  console.error(`chaos: --controller is one of ${controllers.join(', ')}`);
  process.exit(2);
}
const counts = { 'false-green': 0, 'false-red': 0, duplicate: 0, other: 0 };
/** How often each strategy came to each verdict: a law that nothing tests would hold, too. */
const ends = new Map<string, Map<string, number>>();
const start = performance.now();
for (let n = 0; n < timelines; n += 1) {
  const { breaches, verdict, strategy } = await runScene(first + n, controller);
  for (const { kind, what } of breaches) {
    counts[kind in counts ? (kind as keyof typeof counts) : 'other'] += 1;
    console.log(`${kind}: ${what}\n  replay: ${replayOf(first + n, controller)}`);
  }
  const row = ends.get(strategy) ?? new Map<string, number>();
  ends.set(strategy, row.set(verdict, (row.get(verdict) ?? 0) + 1));
}
const perSecond = Math.round(timelines / ((performance.now() - start) / 1000));
if (counts.other > 0)
  console.log(`${counts.other} other breaches (a call after a cancel, a command in the log, a crash)`);
for (const [strategy, row] of [...ends].sort()) {
  const verdicts = [...row].sort(([, a], [, b]) => b - a).map(([verdict, count]) => `${verdict} ${count}`);
  console.log(`${strategy}: ${verdicts.join(', ')}`);
}
console.log(`${perSecond} timelines a second`);
console.log(
  `${timelines} timelines, ${counts['false-green']} false greens, ${counts['false-red']} false reds, ${counts.duplicate} duplicates`,
);
process.exitCode = Object.values(counts).some((count) => count > 0) ? 1 : 0;

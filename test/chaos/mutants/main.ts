import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { replayOf } from '../run-timeline.ts';
import { mutants } from './all.ts';
import { playerWith } from './load.ts';
import type { Caught, Mutant } from './mutant.ts';

/**
 * `npm run mutants [-- --most N --only PATTERN --shard I/N --json --record]`: simulates timelines with each mutant in the
 * product, first the one in which it was seen before, then from seed 1 on, until the judge sees in one what it does not
 * see in the same one with the product as it is. `--record` writes down where each was seen.
 */
const { values } = parseArgs({
  options: {
    most: { type: 'string', default: '600' },
    only: { type: 'string', default: '' },
    shard: { type: 'string', default: '1/1' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});

const record = new URL('first-seen.json', import.meta.url);
/** The seed in which each mutant was seen first, by its name: the hunt begins there. */
const firstSeen: Readonly<Record<string, number>> = JSON.parse(readFileSync(record, 'utf8'));

function* seedsFor({ name }: Mutant): Generator<number> {
  const known = firstSeen[name];
  if (known !== undefined) yield known;
  for (let seed = 1; seed <= Number(values.most); seed += 1) if (seed !== known) yield seed;
}

async function hunt(mutant: Mutant): Promise<Caught> {
  const { name, sees, timelines } = mutant;
  const [broken, sound] = [await playerWith(mutant), await playerWith()];
  for (const seed of seedsFor(mutant)) {
    const { breaches, what } = await broken(seed, timelines);
    const seen = breaches.find((one) => one.kind === sees);
    if (!seen || (await sound(seed, timelines)).breaches.some((one) => one.kind === sees)) continue;
    return { name, sees, seed, what: `${what}: ${seen.what}`, replay: replayOf(seed, timelines) };
  }
  return { name, sees, replay: replayOf(1, timelines) };
}

const [shard, shards] = values.shard.split('/').map(Number) as [number, number];
const seenIn = { ...firstSeen };
for (const [index, mutant] of mutants.entries()) {
  if (!new RegExp(values.only).test(mutant.name) || index % shards !== shard - 1) continue;
  const caught = await hunt(mutant);
  const { name, sees, what, seed } = caught;
  if (seed !== undefined) seenIn[name] = seed;
  if (values.json) console.log(JSON.stringify(caught));
  else if (what === undefined) console.log(`SURVIVES ${values.most} timelines: ${name}`);
  else console.log(`${sees}, timeline ${seed}: ${name}\n  ${what}`);
  if (what === undefined && !values.json) process.exitCode = 1;
}
if (values.record) writeFileSync(record, `${JSON.stringify(seenIn, null, 2)}\n`);

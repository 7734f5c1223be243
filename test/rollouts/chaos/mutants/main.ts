import { parseArgs } from 'node:util';
import { replayOf } from '../run-timeline.ts';
import { mutants } from './all.ts';
import { playerWith } from './load.ts';
import type { Caught, Mutant } from './mutant.ts';

/**
 * `npm run mutants [-- --most N --only PATTERN --shard I/N --json]`: plays timelines with each mutant in the product, from
 * seed 1 on, until the judge sees in one what it does not see in the same one with the product as it is.
 */
const { values } = parseArgs({
  options: {
    most: { type: 'string', default: '600' },
    only: { type: 'string', default: '' },
    shard: { type: 'string', default: '1/1' },
    json: { type: 'boolean', default: false },
  },
});

async function hunt(mutant: Mutant): Promise<Caught> {
  const { name, sees, timelines } = mutant;
  const [broken, sound] = [await playerWith(mutant), await playerWith()];
  const most = Number(values.most);
  for (let seed = 1; seed <= most; seed += 1) {
    const { breaches, what } = await broken(seed, timelines);
    const seen = breaches.find((one) => one.kind === sees);
    if (!seen || (await sound(seed, timelines)).breaches.some((one) => one.kind === sees)) continue;
    return { name, sees, what: `${what}: ${seen.what}`, replay: replayOf(seed, timelines), timelines: seed };
  }
  return { name, sees, replay: replayOf(1, timelines), timelines: most };
}

const [shard, shards] = values.shard.split('/').map(Number) as [number, number];
for (const [index, mutant] of mutants.entries()) {
  if (!new RegExp(values.only).test(mutant.name) || index % shards !== shard - 1) continue;
  const caught = await hunt(mutant);
  const { name, sees, what, timelines } = caught;
  if (values.json) console.log(JSON.stringify(caught));
  else if (what === undefined) console.log(`SURVIVES ${timelines} timelines: ${name}`);
  else console.log(`${sees}, timeline ${timelines}: ${name}\n  ${what}`);
  if (what === undefined && !values.json) process.exitCode = 1;
}

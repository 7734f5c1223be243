import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtAction } from '../../runner/built-actions.ts';
import { type Comparison, comparisonTable, surprises } from './compare.ts';
import { observe } from './observe.ts';
import { peerActions, readPeer } from './peer.ts';
import type { TwinScenario } from './scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';

/**
 * `npm run twin -- --peer <folder> [--peer <folder>] [--only <part of a title>]`: runs the released action
 * in each folder, a checkout of its repository, and ours with equal inputs, and prints how they compare, as Markdown.
 * Fails on a difference that its scenario does not explain.
 */
const { values } = parseArgs({
  options: {
    peer: { type: 'string', multiple: true },
    only: { type: 'string', default: '' },
  },
});
if (!values.peer) {
  console.error('twin: name a checkout of an official action with --peer <folder>');
  process.exit(2);
}
// Built before any sandbox has time to keep.
const peers = values.peer
  .map(readPeer)
  .map((peer) => ({ ...peer, ours: builtAction(peerActions[peer.name]) }));

/** They mostly wait, so many at once are no load. */
const parallel = 12;
const queue = peers.flatMap((peer) =>
  scenarios
    .filter((one) => one.peer === peer.name && one.title.includes(values.only))
    .map((scenario) => ({ peer, scenario })),
);
// What the steps leave behind.
const folder = mkdtempSync(join(tmpdir(), 'landfall-twin-'));
process.env.TMPDIR = folder;
const comparisons = await compareAll(queue);
rmSync(folder, { recursive: true, force: true });

for (const peer of peers) {
  const ofPeer = comparisons.filter(({ scenario }) => scenario.peer === peer.name);
  const section = `## ${peer.name} ${peer.version}\n\n${comparisonTable(ofPeer)}\n`;
  console.log(section);
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${section}\n`);
}
const unexpected = comparisons.flatMap(surprises);
for (const one of unexpected) console.error(`✗ ${one}`);
if (unexpected.length > 0) process.exitCode = 1;

async function compareAll(all: typeof queue): Promise<readonly Comparison[]> {
  const done = new Map<number, Comparison>();
  const waiting = all.entries();
  const worker = async () => {
    for (const [index, { peer, scenario }] of waiting) done.set(index, await compare(peer, scenario));
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return all.flatMap((_, index) => done.get(index) ?? []);
}

async function compare(peer: (typeof peers)[number], scenario: TwinScenario): Promise<Comparison> {
  const [theirs, ours] = await Promise.all([observe(scenario, peer.folder), observe(scenario, peer.ours)]);
  console.error(`${peer.name}: ${scenario.title}`);
  for (const [who, { error }] of Object.entries({ theirs, ours }))
    if (error) console.error(`  ${who}: ${error.trim().replaceAll('\n', '\n    ')}`);
  return { scenario, theirs, ours };
}

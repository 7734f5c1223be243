/**
 * `npm run moto`: holds the recording of moto's answers, which a test compares the sandbox with, against moto itself.
 * `npm run moto -- --record` writes the recording again: after a change of the calls, or of moto's version.
 * moto is installed with pip when it is not there yet.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differences } from '@landfall/sandbox/testing/beside-moto/compare';
import { type Recording, record } from '@landfall/sandbox/testing/beside-moto/recording';
import { run } from '../tools/run.ts';
import { motoVersion } from '../tools/tools.ts';
import { startMoto } from './server.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const file = join(root, 'packages/sandbox/src/testing/beside-moto/recorded.json');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

const { account, stop } = await startMoto(root);
let calls: Recording;
try {
  calls = await record(account);
} finally {
  await stop();
}
if (process.argv.includes('--record')) {
  await writeFile(file, JSON.stringify({ moto: motoVersion, calls }));
  const { code, output } = await run(process.execPath, [biome, 'format', '--write', file], { cwd: root });
  if (code !== 0) throw new Error(output);
  console.log(`moto ${motoVersion}: ${count(calls)} calls recorded`);
} else {
  const recorded: { moto: string; calls: Recording } = JSON.parse(await readFile(file, 'utf8'));
  const changed = differences(recorded.calls, calls).map(
    ({ call, what }) => `${call}: ${what.replaceAll('moto', 'recorded').replaceAll('the sandbox', 'now')}`,
  );
  if (recorded.moto !== motoVersion) changed.unshift(`recorded of moto ${recorded.moto}, now ${motoVersion}`);
  for (const line of changed) console.error(line);
  if (changed.length > 0) {
    console.error('→ npm run moto -- --record, then look at what changed.');
    process.exitCode = 1;
  } else console.log(`moto ${motoVersion}: ${count(calls)} calls, as recorded`);
}

function count(recording: Recording): number {
  return Object.values(recording).reduce((sum, outcomes) => sum + Object.keys(outcomes).length, 0);
}

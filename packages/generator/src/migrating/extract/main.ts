import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Facts } from '../facts.ts';
import type { Source } from './source.ts';
import { peers } from './sources.ts';

/** `npm run peers -- <name> <clone>`: writes what a peer takes and gives, from a clone of its repository. */
const [name = '', clone = ''] = process.argv.slice(2);
const peer = peers[name];
if (!peer || clone === '') {
  console.error(`npm run peers -- <${Object.keys(peers).join('|')}> <clone of its repository>`);
  process.exit(2);
}

const git = (...argv: readonly string[]) =>
  execFileSync('git', ['-C', clone, ...argv], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

const source: Source = {
  read: (path) => git('show', `${peer.ref}:${path}`),
  list: (folder) =>
    git('ls-tree', '--name-only', peer.ref, folder === '.' ? '.' : `${folder}/`)
      .trim()
      .split('\n'),
};
const { repository, version, ref } = peer;
const facts: Facts = {
  repository,
  version,
  commit: git('rev-parse', `${ref}^{commit}`).trim(),
  parts: peer.parts(source),
};
const file = fileURLToPath(new URL(`../facts/${name}.json`, import.meta.url));
writeFileSync(file, `${JSON.stringify(facts, null, 2)}\n`);
const inputs = Object.values(facts.parts).flatMap((part) => Object.keys(part.inputs));
console.log(`${name} ${version}: ${Object.keys(facts.parts).length} parts, ${inputs.length} inputs`);

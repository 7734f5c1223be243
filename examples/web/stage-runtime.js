/**
 * Stages what a Node program needs to run in an otherwise empty image: the Node binary that runs this script and
 * the shared libraries that `ldd` names for it, at the paths where the dynamic loader looks. Linux with glibc.
 *
 *   node stage-runtime.js [folder, default ./runtime]
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const target = resolve(process.argv[2] ?? 'runtime');

if (process.platform !== 'linux') {
  console.error(
    `stage-runtime: ${process.platform} has no Linux binary to stage; use --build-arg BASE=node:24-slim`,
  );
  process.exit(1);
}

const node = realpathSync(process.execPath);
const libraries = execFileSync('ldd', [node], { encoding: 'utf8' })
  .split('\n')
  .map((line) => /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1])
  .filter((path) => path !== undefined);

rmSync(target, { recursive: true, force: true });
for (const [source, path] of [[node, '/usr/local/bin/node'], ...libraries.map((one) => [one, one])]) {
  stage(realpathSync(source), join(target, path));
}
console.log(`stage-runtime: node ${process.version} and ${libraries.length} libraries in ${target}`);

function stage(source, destination) {
  mkdirSync(dirname(destination), { recursive: true });
  // A link costs nothing; across file systems, and for files owned by the system, a copy.
  try {
    linkSync(source, destination);
  } catch {
    copyFileSync(source, destination);
  }
}

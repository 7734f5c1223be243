/** `npm run build` makes `dist/`; `npm run build -- --check` fails unless `dist/` is what a clean build makes. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildDist, writeDist } from './build-dist.ts';
import type { Bundle } from './bundle.ts';
import { differences } from './compare.ts';
import { writePackage } from './package.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

async function read(folder: string): Promise<Bundle> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [relative(folder, file), await readFile(file)] as const)),
  );
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      dist: { type: 'string', default: join(root, 'dist') },
    },
  });
  if (!values.check) {
    const files = await buildDist(root);
    await writeDist(values.dist, files);
    await writePackage(root, join(root, 'build', 'landfall'), files);
    console.log(`${files.size} files in dist/, ${kilobytes(files)} kB`);
    return 0;
  }
  const differing = differences(await read(values.dist), await buildDist(root));
  if (differing.length === 0) {
    console.log('dist/ is what a clean build makes');
    return 0;
  }
  for (const line of differing) console.error(`dist/${line}`);
  console.error(`${differing.length} files of dist/ are not what a clean build makes; run: npm run build`);
  return 1;
}

const kilobytes = (files: Bundle) =>
  Math.round([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0) / 1000);

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oldestNode } from '@landfall/app/node-version';
import { writeDist } from './build-dist.ts';
import type { Bundle } from './bundle.ts';

/**
 * The folder that `npm pack` makes the published `landfall` from: the command line, its chunks and licences, and
 * no dependency, because everything is in the bundle.
 */
export async function writePackage(root: string, folder: string, files: Bundle): Promise<void> {
  const { version, description, license } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  ) as Record<'version' | 'description' | 'license', string>;
  await rm(folder, { recursive: true, force: true });
  await writeDist(join(folder, 'dist'), files);
  const manifest = {
    name: 'landfall',
    version,
    description,
    license,
    type: 'module',
    repository: { type: 'git', url: 'git+https://github.com/landfall-ci/landfall.git' },
    engines: { node: `>=${oldestNode}` },
    bin: { landfall: 'dist/landfall.js' },
    files: ['dist', 'LICENSE', 'README.md', 'landfall.schema.json'],
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of ['LICENSE', 'README.md']) {
    // The README of the repository is the one a reader of the package wants, too.
    await writeFile(join(folder, file), await readFile(join(root, file)));
  }
  // For editors of a manifest.
  await writeFile(
    join(folder, 'landfall.schema.json'),
    await readFile(join(root, 'docs/landfall.schema.json')),
  );
}

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDist } from '../bundle/build-dist.ts';
import { differences } from '../bundle/compare.ts';
import { keepBundle } from '../bundle/kept-bundle.ts';
import { failWith, type Part } from './part.ts';

export const distPart: Part = {
  name: 'build',
  async run(root) {
    // Inside the tree, where the dependencies are found; in two folders, so that a path in the bytes would show.
    await mkdir(join(root, 'build'), { recursive: true });
    const folders = [
      await mkdtemp(join(root, 'build', 'once-')),
      await mkdtemp(join(root, 'build', 'again-')),
    ];
    try {
      const [first, second] = [await buildDist(root, folders[0]!), await buildDist(root, folders[1]!)];
      failWith(differences(first, second));
      // The tests that come after this part run it.
      await keepBundle(root, first);
      const size = [...first.values()].reduce((sum, bytes) => sum + bytes.length, 0);
      return `${first.size} files, ${Math.round(size / 1000)} kB, twice the same bytes`;
    } finally {
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    }
  },
};

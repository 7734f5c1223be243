import { buildDist } from '../bundle/build-dist.ts';
import { differences } from '../bundle/compare.ts';
import { keepBundle } from '../bundle/kept-bundle.ts';
import { failWith, type Part } from './part.ts';

export const distPart: Part = {
  name: 'build',
  async run(root) {
    const [first, second] = [await buildDist(root), await buildDist(root)];
    failWith(differences(first, second));
    // The tests that come after this part run it.
    await keepBundle(root, first);
    const size = [...first.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    return `${first.size} files, ${Math.round(size / 1000)} kB, twice the same bytes`;
  },
};

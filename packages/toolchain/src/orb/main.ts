/** `npm run orb` packs the orb into `build/orb.yml`, as `circleci orb pack` would, for the release. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedText, packOrb } from './pack.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const target = join(root, 'build', 'orb.yml');
await mkdir(join(root, 'build'), { recursive: true });
await writeFile(target, packedText(await packOrb(join(root, 'orbs/landfall/src'))));
console.log('build/orb.yml');

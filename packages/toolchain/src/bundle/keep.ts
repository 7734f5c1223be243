/** Prints the folder that holds the actions as a release has them, built first where they are not there yet. */
import { fileURLToPath } from 'node:url';
import { keptBundle } from './kept-bundle.ts';

console.log(await keptBundle(fileURLToPath(new URL('../../../../', import.meta.url))));

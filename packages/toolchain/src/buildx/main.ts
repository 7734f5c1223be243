/** Brings the buildx and the BuildKit that the tests of images run; `npm run check` does it, too. */
import { fileURLToPath } from 'node:url';
import { installBuildx } from './programs.ts';

await installBuildx(fileURLToPath(new URL('../../../../', import.meta.url)));

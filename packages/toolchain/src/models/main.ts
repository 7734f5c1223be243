/**
 * `npm run models` writes what AWS's models say of the sandbox's operations: after a new operation of the sandbox,
 * and after a new version of botocore, which is pinned in `tools.ts`. `npm run check` says when it is due.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelFiles, modelFolder } from './files.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
await mkdir(join(root, modelFolder), { recursive: true });
for (const [path, text] of await modelFiles(root)) await writeFile(join(root, path), text);

import { join } from 'node:path';
import { builtFolder, type GoModule, pinnedVersion, runGo } from '../tools/go.ts';
import { installOnce } from '../tools/install-once.ts';

const name = 'github.com/opencontainers/distribution-spec/conformance';
const module: GoModule = { folder: import.meta.dirname, what: 'the OCI conformance suite' };

interface Suite {
  readonly path: string;
  readonly version: string;
}

/**
 * Builds the suite with Go, where it is not there yet.
 * @throws an Error that says how to install what is missing
 */
export async function installSuite(root: string): Promise<Suite> {
  const folder = await builtFolder(root, 'conformance', module);
  await installOnce(folder, (building) =>
    runGo(module, 'test', '-c', '-trimpath', '-o', join(building, 'suite'), name),
  );
  return { path: join(folder, 'suite'), version: await pinnedVersion(module, name) };
}

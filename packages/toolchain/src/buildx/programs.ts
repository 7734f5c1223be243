import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { builtFolder, type GoModule, pinnedVersion, runGo } from '../tools/go.ts';
import { installOnce } from '../tools/install-once.ts';

/** A buildx of our own and the BuildKit it builds with: no image can be pulled where the tests run. */
export interface BuildxPrograms {
  /** The folder of Docker's plugin, as `cli-plugins`: it holds `docker-buildx`. */
  readonly plugins: string;
  readonly buildkitd: string;
}

const module: GoModule = { folder: import.meta.dirname, what: 'buildx and buildkitd' };

/** Where they lie once they are installed. */
export async function buildxPrograms(root: string): Promise<BuildxPrograms & { readonly folder: string }> {
  const folder = await builtFolder(root, 'buildx', module);
  return { folder, plugins: folder, buildkitd: join(folder, 'buildkitd') };
}

/** Of buildx and of the BuildKit that go.mod pins. */
export async function buildxVersions(): Promise<{ readonly buildx: string; readonly buildkit: string }> {
  const [buildx, buildkit] = await Promise.all([
    pinnedVersion(module, 'github.com/docker/buildx'),
    pinnedVersion(module, 'github.com/moby/buildkit'),
  ]);
  return { buildx, buildkit };
}

/**
 * Builds both with Go, where they are not there yet.
 * @throws an Error that says how to install what is missing
 */
export async function installBuildx(root: string): Promise<BuildxPrograms> {
  const programs = await buildxPrograms(root);
  await installOnce(programs.folder, build);
  return programs;
}

async function build(folder: string): Promise<void> {
  const { buildx, buildkit } = await buildxVersions();
  const flags = [
    '-s -w',
    `-X github.com/docker/buildx/version.Version=${buildx}`,
    `-X github.com/moby/buildkit/version.Version=${buildkit}`,
  ];
  await runGo(
    module,
    'build',
    '-trimpath',
    '-buildvcs=false',
    // They are compiled more often than they are waited for: a quarter less to compute than with optimising.
    '-gcflags=all=-N -l -dwarf=false',
    `-ldflags=${flags.join(' ')}`,
    '-o',
    `${folder}/`,
    'tool',
  );
  await rename(join(folder, 'buildx'), join(folder, 'docker-buildx'));
}

import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from '../tools/run.ts';

/** A buildx of our own and the BuildKit it builds with: no image can be pulled where the tests run. */
export interface BuildxPrograms {
  /** The folder of Docker's plugin, as `cli-plugins`: it holds `docker-buildx`. */
  readonly plugins: string;
  readonly buildkitd: string;
}

const module = import.meta.dirname;
/** Holds the id of the process that builds, while it does. */
const owner = 'process';

/** Where they lie once they are installed. It changes with what is pinned, so that an older one is never used. */
export async function buildxPrograms(root: string): Promise<BuildxPrograms & { readonly folder: string }> {
  const pinned = createHash('sha256')
    .update(await readFile(join(module, 'go.mod')))
    .digest('hex');
  const folder = join(root, 'node_modules', '.cache', 'landfall-tools', `buildx-${pinned.slice(0, 12)}`);
  return { folder, plugins: folder, buildkitd: join(folder, 'buildkitd') };
}

/** The version of a module that go.mod pins. */
export async function pinnedVersion(name: string): Promise<string> {
  const text = await readFile(join(module, 'go.mod'), 'utf8');
  const found = text.split('\n').find((line) => line.trim().startsWith(`${name} v`));
  if (found === undefined) throw new Error(`go.mod pins no ${name}`);
  return found.trim().split(' ')[1]!;
}

/**
 * Builds both with Go, where they are not there yet. Of several at once one builds, the others wait for it.
 * @throws an Error that says how to install what is missing
 */
export async function installBuildx(root: string): Promise<BuildxPrograms> {
  const programs = await buildxPrograms(root);
  const { folder } = programs;
  const building = `${folder}.building`;
  await mkdir(dirname(folder), { recursive: true });
  while (!(await exists(folder))) {
    if (!(await isFirst(building))) {
      await setTimeout(500);
      continue;
    }
    try {
      await build(building);
      await rm(join(building, owner));
      await rename(building, folder);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  return programs;
}

/** Makes the folder to build in, unless a process that lives has made it. */
async function isFirst(building: string): Promise<boolean> {
  const made = await mkdir(building).then(
    () => true,
    () => false,
  );
  const path = join(building, owner);
  if (made) {
    await writeFile(path, String(process.pid));
    return true;
  }
  const id = Number(await readFile(path, 'utf8').catch(() => ''));
  // Not written yet, or moved to its place meanwhile.
  if (id === 0 || isAlive(id)) return false;
  await rm(building, { recursive: true, force: true });
  return false;
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function build(folder: string): Promise<void> {
  const [buildx, buildkit] = await Promise.all([
    pinnedVersion('github.com/docker/buildx'),
    pinnedVersion('github.com/moby/buildkit'),
  ]);
  const flags = [
    '-s -w',
    `-X github.com/docker/buildx/version.Version=${buildx}`,
    `-X github.com/moby/buildkit/version.Version=${buildkit}`,
  ];
  const { code, output } = await run(
    'go',
    [
      'build',
      '-trimpath',
      '-buildvcs=false',
      // They are compiled more often than they are waited for: a quarter less to compute than with optimising.
      '-gcflags=all=-N -l -dwarf=false',
      `-ldflags=${flags.join(' ')}`,
      '-o',
      `${folder}/`,
      'tool',
    ],
    // A user's own flags (-mod=vendor, say) are about their modules, not about this one.
    { cwd: module, env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' } },
  );
  if (code !== 0) {
    const reason = output.trim().split('\n').at(-1) ?? '';
    throw new Error(
      `buildx and buildkitd could not be built: ${reason}\n→ Install Go 1.24 or newer (Debian: apt-get install golang-go).`,
    );
  }
  await rename(join(folder, 'buildx'), join(folder, 'docker-buildx'));
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

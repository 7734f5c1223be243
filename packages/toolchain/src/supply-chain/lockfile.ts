interface Entry {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}
interface Lockfile {
  readonly packages: Readonly<Record<string, Entry>>;
}

/**
 * Packages that may run a script when they are installed: `node` puts the binary of this machine in place. The
 * others on the list bring binaries as packages and only check them.
 */
const mayRunInstallScript: ReadonlySet<string> = new Set([
  'node',
  '@swc/core',
  'unrs-resolver',
  'fsevents',
  '@parcel/watcher',
]);

/**
 * What would let someone else's bytes in: an address instead of the configured registry, a package without a
 * checksum, an install script that was not reviewed.
 */
export function lockfileProblems({ packages }: Lockfile): readonly string[] {
  const problems: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    const at = path.lastIndexOf('node_modules/');
    // The repository itself and its workspaces.
    if (at < 0 || entry.link) continue;
    const name = path.slice(at + 'node_modules/'.length);
    if (entry.resolved !== undefined)
      problems.push(`${path}: names where it is fetched from (${entry.resolved})`);
    if (!entry.integrity && !entry.inBundle && !neverHere(entry)) problems.push(`${path}: has no integrity`);
    if (entry.hasInstallScript && !mayRunInstallScript.has(name))
      problems.push(`${path}: runs a script when it is installed`);
  }
  return problems;
}

/**
 * A binary for a platform that no machine which builds or releases this repository has (those are Linux with glibc,
 * x64 or arm64). npm needs its entry to take the lockfile for complete; where the registry at hand does not offer
 * it, its checksum cannot be known.
 */
const neverHere = ({ optional, os, cpu, libc }: Entry) =>
  optional === true &&
  os !== undefined &&
  cpu !== undefined &&
  !(os.includes('linux') && (cpu.includes('x64') || cpu.includes('arm64')) && !libc?.includes('musl'));

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** A Go module of ours that pins what is built. */
export interface GoModule {
  /** Where its go.mod and go.sum lie. */
  readonly folder: string;
  /** What is built, as an error calls it. */
  readonly what: string;
}

/** Where what the module pins lies once it is built. It changes with what is pinned, so an older one is never used. */
export async function builtFolder(root: string, name: string, module: GoModule): Promise<string> {
  const pinned = createHash('sha256')
    .update(await readFile(join(module.folder, 'go.mod')))
    .digest('hex');
  return join(root, 'node_modules', '.cache', 'landfall-tools', `${name}-${pinned.slice(0, 12)}`);
}

/** The version of a module that go.mod pins. */
export async function pinnedVersion(module: GoModule, name: string): Promise<string> {
  const text = await readFile(join(module.folder, 'go.mod'), 'utf8');
  const found = text.split('\n').find((line) => line.trim().startsWith(`${name} v`));
  if (found === undefined) throw new Error(`go.mod pins no ${name}`);
  return found.trim().split(' ')[1]!;
}

/** @throws an Error that says how to install what is missing */
export async function runGo(module: GoModule, ...args: readonly string[]): Promise<void> {
  const { code, output } = await run('go', args, {
    cwd: module.folder,
    // A user's own flags (-mod=vendor, say) are about their modules, not about this one.
    env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
  });
  if (code === 0) return;
  const reason = output.trim().split('\n').at(-1) ?? '';
  throw new Error(
    `${module.what} could not be built: ${reason}\n→ Install Go 1.24 or newer (Debian: apt-get install golang-go).`,
  );
}

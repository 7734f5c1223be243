import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

const left = new Set(['.git', 'node_modules', 'dist', 'build']);

/** The repository in another folder, without what was made of it. Its dependencies are links. */
export async function copyRepository(root: string, to: string): Promise<void> {
  for (const name of await readdir(root))
    if (!left.has(name)) await cp(join(root, name), join(to, name), { recursive: true });
  const [from, modules] = [join(root, 'node_modules'), join(to, 'node_modules')];
  await mkdir(join(modules, '.cache'), { recursive: true });
  // Links of the workspaces are relative: in the copy they name its own packages.
  await cp(join(from, '@landfall'), join(modules, '@landfall'), { recursive: true, verbatimSymlinks: true });
  for (const name of await readdir(from))
    if (name !== '@landfall' && name !== '.cache') await symlink(join(from, name), join(modules, name));
  const tools = join('.cache', 'landfall-tools');
  // Tools that an oracle installs come into the one folder, which a machine without any does not have yet.
  await mkdir(join(from, tools), { recursive: true });
  await symlink(join(from, tools), join(modules, tools));
}

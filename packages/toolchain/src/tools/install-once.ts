import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Holds the id of the process that installs, while it does. */
const owner = 'process';

/** Fills a folder, where it is not there yet. Of several processes at once one does it, the others wait for it. */
export async function installOnce(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const filling = `${folder}.building`;
  await mkdir(dirname(folder), { recursive: true });
  while (!(await exists(folder))) {
    if (!(await isFirst(filling))) {
      await setTimeout(500);
      continue;
    }
    try {
      await fill(filling);
      await rm(join(filling, owner));
      await rename(filling, folder);
    } finally {
      await rm(filling, { recursive: true, force: true });
    }
  }
}

/** Makes the folder to fill, unless a process that lives has made it. */
async function isFirst(filling: string): Promise<boolean> {
  const made = await mkdir(filling).then(
    () => true,
    () => false,
  );
  const path = join(filling, owner);
  if (made) {
    await writeFile(path, String(process.pid));
    return true;
  }
  const id = Number(await readFile(path, 'utf8').catch(() => ''));
  // Not written yet, or moved to its place meanwhile.
  if (id === 0 || isAlive(id)) return false;
  await rm(filling, { recursive: true, force: true });
  return false;
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

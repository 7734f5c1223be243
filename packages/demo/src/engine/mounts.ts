import { readFile } from 'node:fs/promises';
import { runProgram } from '../program/run-program.ts';

/**
 * The mount points at or below a folder, the deepest first, from the text of `/proc/self/mountinfo` (proc(5): the
 * fifth field, with octal escapes).
 */
export const mountsBelow = (mountinfo: string, folder: string): string[] =>
  mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))))
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);

/** dockerd mounts its data folder on itself where the root is a private mount, and leaves it so at its end. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const path of mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folder)) {
    await runProgram('umount', [path]);
  }
}

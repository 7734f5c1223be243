import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The name of the note. */
export const noteName = 'process';
const nameOf = (folder: string) => join(folder, noteName);

/**
 * Notes in a private folder which program works with it. Only on Linux, where the time of a process's start tells
 * it from another that got its id later; on macOS GitHub's runner ends what a job has left by itself.
 */
export function noteProcess(folder: string, id: number): void {
  const start = startOf(id);
  if (start !== undefined) writeFileSync(nameOf(folder), `${id} ${start}`, { mode: 0o600 });
}

/**
 * Ends the program that a folder names, with all that it started, if it still runs: we were killed before it came
 * to its end. True when there was one.
 */
export async function endLeftBehind(folder: string): Promise<boolean> {
  // No such file: the folder is gone, or nothing was started in it.
  const text = await readFile(nameOf(folder), 'utf8').catch(() => '');
  const [, id, start] = /^([1-9]\d{0,9}) (\d+)$/.exec(text) ?? [];
  if (id === undefined || startOf(Number(id)) !== start) return false;
  try {
    process.kill(-Number(id), 'SIGKILL');
    return true;
  } catch (thrown) {
    // It has just ended, or it belongs to another user.
    if (['ESRCH', 'EPERM'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return false;
    throw thrown;
  }
}

/** Field 22 of /proc/<id>/stat, in clock ticks since the machine started. proc_pid_stat(5). */
function startOf(id: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    // The second field is the name, in parentheses, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    // It has ended, or this system has no /proc.
    return undefined;
  }
}

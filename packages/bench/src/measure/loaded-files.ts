import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FirstRequestServer } from './first-request-server.ts';
import { type Start, timeToRequest } from './time-to-request.ts';

/** The files below a folder that a start really loads, with their sizes in bytes. */
export async function loadedFiles(server: FirstRequestServer, start: Start, folder: string, scratch: string) {
  const notes = join(scratch, `loads-${process.hrtime.bigint()}`);
  const hook = new URL('record-loads.mjs', import.meta.url).href;
  await timeToRequest(server, {
    ...start,
    argv: ['--import', hook, ...start.argv],
    environment: { ...start.environment, BENCH_LOADS: notes },
  });
  const urls = new Set((await readFile(notes, 'utf8')).trim().split('\n'));
  const files = [...urls].map((url) => fileURLToPath(url)).filter((file) => file.startsWith(folder));
  return Promise.all(files.map(async (file) => ({ file, bytes: (await stat(file)).size })));
}

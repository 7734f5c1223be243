import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Family, Figure } from '../figure.ts';
import { type FirstRequestServer, firstRequestServer } from '../measure/first-request-server.ts';
import { type Start, timeToRequest } from '../measure/time-to-request.ts';
import { builtAction } from '../runner/built-action.ts';
import { startJob } from '../runner/job.ts';
import { sampleInputs, writeSampleFiles } from '../runner/sample-inputs.ts';

/** What each action really loads of its bundle on the way through its first request. */
export const loadedBytes: Family = {
  name: 'loaded-bytes',
  description: 'bytes of the files that each action loads',
  async measure(context) {
    const server = await firstRequestServer();
    const figures: Figure[] = [];
    try {
      for (const [name, inputs] of Object.entries(sampleInputs)) {
        const action = await builtAction(join(context.root, 'actions', name));
        const job = await startJob(context.scratch, server.url);
        await writeSampleFiles(job.workspace);
        const start = { argv: [action.main], environment: await job.step(inputs), cwd: job.workspace };
        const files = await loadedFiles(server, start, context.root, context.scratch);
        figures.push({
          name: `loaded-bytes/${name}`,
          unit: 'bytes',
          value: files.reduce((sum, { bytes }) => sum + bytes, 0),
          params: {
            node: process.version,
            files: Object.fromEntries(files.map(({ file, bytes }) => [relative(context.root, file), bytes])),
          },
        });
      }
    } finally {
      await server.close();
    }
    return figures;
  },
};

/** The files below a folder that a start really loads, with their sizes in bytes. */
async function loadedFiles(server: FirstRequestServer, start: Start, folder: string, scratch: string) {
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

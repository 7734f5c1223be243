import { join } from 'node:path';
import type { BenchContext, Family, Figure } from '../figure.ts';
import { firstRequestServer } from '../measure/first-request-server.ts';
import { median, rounded } from '../measure/statistics.ts';
import { type Start, timeToRequest } from '../measure/time-to-request.ts';
import { type BuiltAction, builtAction } from '../runner/built-action.ts';
import { startJob } from '../runner/job.ts';
import { commonInputs, sampleInputs, writeSampleFiles } from '../runner/sample-inputs.ts';

/** Something whose start is measured: alone, or as two steps of one job. */
interface Candidate {
  readonly name: string;
  /** The starts of one fresh job, in order; each becomes a figure of its own. */
  starts(): Promise<readonly { readonly figure: string; readonly start: Start }[]>;
}

/** Process start → first AWS request at a loopback server. The candidates take turns, so that all see the same machine. */
export const firstRequest: Family = {
  name: 'first-request',
  description: 'process start to the first AWS request, cold and as the second step of a job',
  async measure(context) {
    const server = await firstRequestServer();
    try {
      const candidates = await candidatesOf(context, server.url);
      const times = new Map<string, number[]>();
      for (let run = 0; run <= context.runs; run += 1) {
        for (const candidate of candidates) {
          for (const { figure, start } of await candidate.starts()) {
            context.signal.throwIfAborted();
            const time = await timeToRequest(server, start);
            // The first round fills the disk cache of the machine and is not counted.
            if (run > 0) times.set(figure, [...(times.get(figure) ?? []), time]);
          }
        }
      }
      return [...times].map(([name, values]) => figureOf(name, values));
    } finally {
      await server.close();
    }
  },
};

const figureOf = (name: string, values: readonly number[]): Figure => ({
  name,
  unit: 'ms',
  value: rounded(median(values)),
  params: {
    n: values.length,
    node: process.version,
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
  },
});

async function candidatesOf(context: BenchContext, url: string): Promise<Candidate[]> {
  const candidates: Candidate[] = [emptyNode(url)];
  for (const [name, inputs] of Object.entries(sampleInputs)) {
    const folder = join(context.root, 'actions', name);
    const action = await builtAction(folder);
    candidates.push({
      name,
      async starts() {
        const job = await startJob(context.scratch, url);
        await writeSampleFiles(job.workspace);
        const start = async (): Promise<Start> => ({
          argv: [action.main],
          environment: await job.step(inputs),
          cwd: job.workspace,
        });
        return [
          { figure: `first-request/${name}`, start: await start() },
          { figure: `first-request-second-step/${name}`, start: await start() },
        ];
      },
    });
  }
  if (context.against) candidates.push(other(await builtAction(context.against), context, url));
  return candidates;
}

const emptyNode = (url: string): Candidate => ({
  name: 'empty-node',
  starts: async () => [
    {
      figure: 'first-request/empty-node',
      start: {
        argv: ['-e', `require('node:http').get(${JSON.stringify(url)}, (r) => r.resume())`],
        environment: { PATH: process.env.PATH ?? '' },
      },
    },
  ],
});

const other = (action: BuiltAction, context: BenchContext, url: string): Candidate => ({
  name: 'against',
  async starts() {
    const job = await startJob(context.scratch, url);
    await writeSampleFiles(job.workspace);
    const inputs = Object.fromEntries(
      Object.entries(commonInputs).filter(([name]) => action.inputs.includes(name)),
    );
    const environment = await job.step(inputs);
    return [
      {
        figure: 'first-request/against',
        start: { argv: [action.main], environment, cwd: job.workspace },
      },
    ];
  },
});

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readPairs } from '../../../../test/runner/github/command-files.ts';
import type { BenchContext } from '../figure.ts';
import { builtAction } from '../runner/built-action.ts';
import { type Job, startJob } from '../runner/job.ts';

const run = promisify(execFile);
const hook = new URL('../measure/record-memory.mjs', import.meta.url).href;

interface ActionRun {
  readonly milliseconds: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Largest resident set of the process. */
  readonly peakBytes: number;
}

interface ActionOptions {
  /** Fills the checkout of the job. */
  readonly prepare?: (job: Job) => Promise<void>;
  /** Variables besides those of the runner. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The built action as a runner starts it, to its end. @throws when it does not end well, with its log */
export async function runAction(
  context: BenchContext,
  name: string,
  inputs: Readonly<Record<string, string>>,
  { prepare, environment: extra }: ActionOptions = {},
): Promise<ActionRun> {
  const action = await builtAction(join(context.root, 'actions', name));
  // No operation that is measured so asks AWS.
  const job = await startJob(context.scratch, 'http://127.0.0.1:9');
  await prepare?.(job);
  const environment = await job.step(inputs);
  const note = join(job.temp, 'memory');
  const start = performance.now();
  await run(process.execPath, ['--import', hook, action.main], {
    cwd: job.workspace,
    env: { ...environment, ...extra, BENCH_MEMORY: note },
    signal: context.signal,
    maxBuffer: 64 * 1024 * 1024,
  });
  const milliseconds = performance.now() - start;
  return {
    milliseconds,
    outputs: Object.fromEntries(readPairs(await readFile(environment.GITHUB_OUTPUT!, 'utf8'))),
    peakBytes: Number(await readFile(note, 'utf8')),
  };
}

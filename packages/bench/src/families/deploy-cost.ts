import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOCAL_TIMING } from '@landfall/sandbox/clock/timing';
import { startSandbox } from '@landfall/sandbox/sandbox';
import type { BenchContext, Family, Figure } from '../figure.ts';
import { median, rounded } from '../measure/statistics.ts';
import { fillAccount, live } from '../rollout/account.ts';
import { virtualRollout } from '../rollout/virtual-rollout.ts';
import { builtAction } from '../runner/built-action.ts';
import { startJob } from '../runner/job.ts';

const run = promisify(execFile);
const desiredCount = 2;

/** What one good deployment of one service costs. */
export const deployCost: Family = {
  name: 'deploy-cost',
  description: 'AWS calls and memory of one deployment',
  measure: async (context) => [await calls(), await memory(context)],
};

/** In virtual time with AWS's own delays, so that the number of polls is that of a real rollout. */
async function calls(): Promise<Figure> {
  const { result, took } = await virtualRollout({
    seed: 1,
    desiredCount,
    taskRules: [{ outcome: { kind: 'run' } }],
  });
  return {
    name: 'aws-calls/deploy',
    unit: 'calls',
    value: Object.values(result.calls).reduce((sum, count) => sum + count, 0),
    params: { calls: result.calls, seconds: rounded(took / 1000), desiredCount, clock: 'virtual' },
  };
}

/** The built action as the runner starts it, against a sandbox that hurries. */
async function memory(context: BenchContext): Promise<Figure> {
  const action = await builtAction(join(context.root, 'actions', 'deploy-service'));
  const hook = new URL('../measure/record-memory.mjs', import.meta.url).href;
  const peaks: number[] = [];
  for (let round = 0; round < Math.min(3, context.runs); round += 1) {
    const sandbox = await startSandbox({ tasks: 'scripted', timing: LOCAL_TIMING });
    try {
      await fillAccount(sandbox, ['web'], desiredCount);
      await live(sandbox, context.signal);
      const job = await startJob(context.scratch, sandbox.url);
      const note = join(job.temp, 'memory');
      const environment = await job.step({ cluster: 'main', service: 'web', 'task-definition': 'web:2' });
      await run(process.execPath, ['--import', hook, action.main], {
        cwd: job.workspace,
        env: { ...environment, ...sandbox.environment(), BENCH_MEMORY: note },
        signal: context.signal,
      });
      peaks.push(Number(await readFile(note, 'utf8')) / 1e6);
    } finally {
      await sandbox.close();
    }
  }
  return {
    name: 'peak-memory/deploy',
    unit: 'MB',
    value: rounded(median(peaks)),
    params: { n: peaks.length, node: process.version },
  };
}

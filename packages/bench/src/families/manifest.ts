import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { startSandbox } from '@landfall/sandbox/sandbox';
import type { BenchContext, Family, Figure } from '../figure.ts';
import { rounded } from '../measure/statistics.ts';
import { fillManifestAccount, manifestFiles, manifestInputs, manifestRun } from '../rollout/manifest-run.ts';
import { builtAction } from '../runner/built-action.ts';
import { startJob } from '../runner/job.ts';

const run = promisify(execFile);

const sizes = [10, 100, 500];

/** What a plan and a deployment of a manifest cost, by the number of its services. */
export const manifest: Family = {
  name: 'manifest',
  description: 'a plan and a deployment of 10, 100 and 500 services, in virtual time with AWS throttling',
  async measure(context) {
    const figures: Figure[] = [];
    for (const operation of [planManifest, deployManifest]) {
      const name = operation === planManifest ? 'manifest/plan' : 'manifest/deploy';
      for (const services of sizes) {
        context.signal.throwIfAborted();
        const { calls, took } = await manifestRun(operation, services);
        const count = Object.values(calls).reduce((sum, one) => sum + one, 0);
        const params = { services, clock: 'virtual', node: process.version };
        const seconds = took / 1000;
        figures.push(
          { name: `${name}/calls`, unit: 'calls', value: count, params: { ...params, calls } },
          {
            name: `${name}/calls-per-second`,
            unit: 'calls/s',
            value: rounded(count / Math.max(seconds, 1), 2),
            params,
          },
          { name: `${name}/seconds`, unit: 's', value: rounded(seconds), params },
          {
            name: `${name}/peak-memory`,
            unit: 'MB',
            value: await peakMemory(operation.name, services, context),
            params,
          },
        );
      }
    }
    return figures;
  },
};

/** The built action in a process of its own; the sandbox is here and does not count. */
async function peakMemory(operation: string, services: number, context: BenchContext): Promise<number> {
  const action = await builtAction(join(context.root, 'actions', operation));
  const hook = new URL('../measure/record-memory.mjs', import.meta.url).href;
  const sandbox = await startSandbox({ clock: 'virtual', tasks: 'scripted', limits: { journal: 100 } });
  try {
    await fillManifestAccount(sandbox, services);
    sandbox.throttle('aws');
    const job = await startJob(context.scratch, sandbox.url);
    for (const [path, text] of Object.entries(manifestFiles(services)))
      await writeFile(join(job.workspace, path), text);
    const note = join(job.temp, 'memory');
    const environment = { ...(await job.step(manifestInputs)), ...sandbox.environment() };
    await run(process.execPath, ['--import', hook, action.main], {
      cwd: job.workspace,
      env: { ...environment, BENCH_MEMORY: note },
      signal: context.signal,
      maxBuffer: 64 * 1024 * 1024,
    });
    return rounded(Number(await readFile(note, 'utf8')) / 1e6);
  } finally {
    await sandbox.close();
  }
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { startSandbox } from '@landfall/sandbox/sandbox';
import type { BenchContext, Family, Figure } from '../figure.ts';
import { quantile, rounded } from '../measure/statistics.ts';
import { fillAccount } from '../rollout/account.ts';
import { type ManyServices, manyServices } from '../rollout/many-services.ts';
import { inputsFor, servicesOf } from '../rollout/service-names.ts';
import { builtAction } from '../runner/built-action.ts';
import { startJob } from '../runner/job.ts';

const run = promisify(execFile);

/** Services in one run, and over how many seeded runs they are measured. */
const sizes = [
  { services: 1, runs: 100 },
  { services: 10, runs: 20 },
  { services: 100, runs: 5 },
  { services: 1000, runs: 1 },
] as const;

/** What one run costs that deploys to many services at once, and how soon it knows. */
export const rollout: Family = {
  name: 'rollout',
  description: 'one run that deploys to 1, 10, 100 and 1,000 services, in virtual time with AWS throttling',
  async measure(context) {
    const figures: Figure[] = [];
    let alone: number | undefined;
    for (const { services, runs } of sizes) {
      const all: ManyServices[] = [];
      for (let seed = 1; seed <= runs; seed += 1) {
        context.signal.throwIfAborted();
        all.push(await manyServices(services, seed));
      }
      alone ??= callsPerSecond(all);
      figures.push(...figuresOf(services, all, alone), await peakMemory(services, context));
    }
    return figures;
  },
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

const callsPerSecond = (runs: readonly ManyServices[]) =>
  sum(runs.flatMap(({ calls }) => Object.values(calls))) / (sum(runs.map(({ took }) => took)) / 1000);

/** @param alone the calls a second of a run of one service */
function figuresOf(services: number, runs: readonly ManyServices[], alone: number): Figure[] {
  const params = { services, runs: runs.length, clock: 'virtual', node: process.version };
  const delays = runs.flatMap(({ truthToVerdict }) => truthToVerdict);
  const figure = (name: string, unit: Figure['unit'], value: number, more: object = {}): Figure => ({
    name: `rollout/${name}`,
    unit,
    value,
    params: { ...params, ...more },
  });
  const delay = (name: string, p: number) =>
    figure(`truth-to-exit/${name}`, 's', rounded(quantile(delays, p) / 1000, 2), { n: delays.length });
  return [
    figure('calls-per-second', 'calls/s', rounded(callsPerSecond(runs), 2), {
      busiestTenSeconds: rounded(Math.max(...runs.map(({ busiest }) => busiest)) / 10),
      seconds: rounded(sum(runs.map(({ took }) => took)) / runs.length / 1000),
      callsOfTheFirst: runs[0]!.calls,
      truths: runs[0]!.truths,
    }),
    figure('calls-per-second/one-waiter-each', 'calls/s', rounded(alone * services, 2), {
      computed: 'services × the calls a second of a run of one service',
    }),
    figure('throttles', 'throttles', sum(runs.map((one) => one.throttlesThatReachTheUser)), {
      metByTheClient: sum(runs.map((one) => one.throttlesMet)),
    }),
    delay('p50', 0.5),
    delay('p95', 0.95),
  ];
}

/** The built action in a process of its own, as the runner starts it; the sandbox is here and does not count. */
async function peakMemory(services: number, context: BenchContext): Promise<Figure> {
  const action = await builtAction(join(context.root, 'actions', 'deploy-service'));
  const hook = new URL('../measure/record-memory.mjs', import.meta.url).href;
  const sandbox = await startSandbox({ clock: 'virtual', tasks: 'scripted', limits: { journal: 100 } });
  try {
    await fillAccount(sandbox, servicesOf(services), 2);
    (sandbox.clock as VirtualClock).advance(1_200_000);
    sandbox.throttle('aws');
    const job = await startJob(context.scratch, sandbox.url);
    const note = join(job.temp, 'memory');
    const environment = { ...(await job.step(inputsFor(services))), ...sandbox.environment() };
    await run(process.execPath, ['--import', hook, action.main], {
      cwd: job.workspace,
      env: { ...environment, BENCH_MEMORY: note },
      signal: context.signal,
      maxBuffer: 64 * 1024 * 1024,
    });
    const peak = Number(await readFile(note, 'utf8')) / 1e6;
    return {
      name: 'rollout/peak-memory',
      unit: 'MB',
      value: rounded(peak),
      params: { services, runs: 1, clock: 'virtual', node: process.version },
    };
  } finally {
    await sandbox.close();
  }
}

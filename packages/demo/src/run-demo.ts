import { readFile, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe } from '@landfall/core/errors/describe';
import { loadOperation, type OperationName } from '@landfall/core/operations/index';
import type { RunRecord } from '@landfall/core/record/run-record';
import { type Account, openAccount } from './account/account.ts';
import { secondChange } from './application/changes.ts';
import { checkOut, stageRuntime } from './application/checkout.ts';
import type { DemoArguments } from './arguments.ts';
import type { Environment } from './engine/client.ts';
import { provideEngine } from './engine/provide.ts';
import type { Page } from './page/page.ts';
import { startJob } from './pipeline/job.ts';
import { type Release, runPipeline } from './pipeline/pipeline.ts';
import { runProgram } from './program/run-program.ts';
import { closing } from './report/closing.ts';
import { summaryOf } from './report/summary.ts';
import { type DemoResult, type Step, totalCalls, writeReport } from './report/write-report.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The whole demo. Returns the exit code: 0 when the pipeline was green, else the code of the step that was not. */
export async function runDemo(given: DemoArguments, page: Page, signal: AbortSignal): Promise<number> {
  const folder = resolve(given.folder ?? join(root, '.landfall', 'demo'));
  await using cleanUp = new AsyncDisposableStack();
  /**
   * Runs at the end, the last first. One that fails is reported, and neither stops the others nor changes the
   * result.
   */
  const atEnd = (end: () => Promise<unknown>) => {
    if (given.keep) return;
    cleanUp.defer(async () => {
      await end().catch((error) => page.failed(`Left behind: ${describe(error)}`));
    });
  };
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);

  page.chapter('Before the pipeline: an engine, a sandbox AWS account, a commit');
  const engine = await provideEngine(page, process.env, signal);
  atEnd(() => engine.stop());
  const engineEnvironment = { ...process.env, ...engine.environment };

  const account = await openAccount({ dockerHost: engine.address });
  atEnd(() => removeImages(account.registry, engineEnvironment));
  atEnd(() => account.close());
  page.say(
    `Account ${account.id} in ${account.region}, on this machine; its registry is ${account.registry}.`,
  );

  const checkout = await checkOut(join(root, 'examples', 'web'), join(folder, 'checkout'), process.env);
  atEnd(() => rm(checkout.folder, { recursive: true, force: true }));
  const { base } = await stageRuntime(checkout);
  const first = await checkout.commit({ message: 'web 1.0.0', edits: [] });
  page.say(`Commit ${first.sha.slice(0, 7)} of examples/web; the image starts from ${base}.`);

  const job = await startJob({
    workspace: checkout.folder,
    environment: engine.environment,
    credentials: async (name) => account.credentials(...(await permitted(name))),
    page,
    signal,
  });
  atEnd(() => job.end());
  const steps: Step[] = [];
  const durations: Record<string, number> = { preparation: elapsed() };
  const release = async (one: Release): Promise<RunRecord> => {
    const from = elapsed();
    const onStep = (result: RunRecord) => {
      const end = elapsed();
      steps.push({ ...result, version: one.version, start: end - result.milliseconds, end });
    };
    const last = await runPipeline(one, { account, job, page, onStep });
    durations[one.version] = elapsed() - from;
    return last;
  };
  const visit = async (): Promise<About> => {
    const tasks = await account.running();
    const answers = await Promise.all(tasks.map(({ url }) => probe(url, signal)));
    answers.forEach(({ version, commit, schema }, index) => {
      page.done(`GET ${tasks[index]!.url} → web ${version}, commit ${commit}, schema ${schema}`);
    });
    const versions = new Set(answers.map(({ version }) => version));
    if (versions.size !== 1) throw new Error(`${[...versions].join(' and ') || 'no version'} of web answers`);
    return answers[0]!;
  };

  page.chapter('Version 1.0.0: the service is created');
  let last = await release({ version: '1.0.0', commit: first, base, isFirst: true });
  let serving = last.ok ? await visit() : undefined;

  if (last.ok) {
    page.chapter(`Version 1.1.0: a change${given.break ? ` that will fail (${given.break})` : ''}`);
    const change = secondChange(given.break);
    const commit = await checkout.commit(change);
    page.say(`Commit ${commit.sha.slice(0, 7)}: ${change.message}`);
    if (given.strategy) {
      await account.setStrategy(given.strategy);
      page.say(
        `Infrastructure as code sets the strategy ${given.strategy}; a minute of its bakes takes four seconds here.`,
      );
    }
    last = await release({ version: '1.1.0', commit, base, isFirst: false, break: given.break });
    serving = await visit();
  }

  durations.total = elapsed();
  const result: DemoResult = {
    ok: last.ok,
    break: given.break ?? null,
    strategy: given.strategy ?? 'rolling',
    verdict: last.outputs.verdict ?? null,
    error: last.error ?? null,
    revision: await liveRevision(account),
    digest: steps.findLast(({ outputs }) => outputs.digest)?.outputs.digest ?? null,
    serving: serving ?? null,
    durations: {
      ...durations,
      ...Object.fromEntries(steps.map((one) => [`${one.version} ${one.operation}`, one.milliseconds])),
    },
    calls: totalCalls(steps),
    steps,
  };
  const summary = `${summaryOf(result)}${await readFile(job.summaryFile, 'utf8')}`;
  await writeReport(folder, checkout.folder, result, summary);
  closing(page, result, relative(process.cwd(), folder) || '.');
  if (given.break && last.ok) {
    page.failed(`--break ${given.break} was meant to fail, and the pipeline is green`);
    return 1;
  }
  return last.exitCode;
}

const liveRevision = async (account: Account) => (await account.running())[0]?.revision ?? null;

/** Docker pushes with the key that logged it in to the registry, so that key has the permissions of both. */
const permitted = (name: OperationName) =>
  Promise.all((name === 'ecr-login' ? ([name, 'build-push'] as const) : [name]).map(loadOperation));

/** Removes from the engine what it holds of a registry that is about to end. The build cache stays. */
async function removeImages(registry: string, environment: Environment): Promise<void> {
  const format = '{{.Repository}} {{.Tag}} {{.Digest}}';
  const argv = ['image', 'ls', '--digests', '--format', format, '--filter', `reference=${registry}/*`];
  const { stdout } = await runProgram('docker', argv, { environment });
  const references = new Set<string>();
  for (const line of stdout.split('\n')) {
    const [repository, tag, digest] = line.split(' ');
    if (!repository?.startsWith(`${registry}/`)) continue;
    if (tag && tag !== '<none>') references.add(`${repository}:${tag}`);
    if (digest && digest !== '<none>') references.add(`${repository}@${digest}`);
  }
  if (references.size > 0)
    await runProgram('docker', ['image', 'rm', '--force', ...references], { environment });
}

/** What the application says of itself at `/`. */
interface About {
  readonly version: string;
  readonly commit: string;
  readonly schema: number;
  readonly visit: number | null;
}

const limitMilliseconds = 10_000;

/** Asks a running container. A task that was just replaced may still refuse: it is asked again for ten seconds. */
async function probe(url: string, signal: AbortSignal): Promise<About> {
  const deadline = performance.now() + limitMilliseconds;
  for (;;) {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]),
      });
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      return (await response.json()) as About;
    } catch (error) {
      signal.throwIfAborted();
      if (performance.now() > deadline) throw new Error(`${url} does not answer`, { cause: error });
      await sleep(200);
    }
  }
}

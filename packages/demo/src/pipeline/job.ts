import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OperationName } from '@landfall/core/operations/index';
import type { RunRecord } from '@landfall/core/record/run-record';
import type { Page } from '../page/page.ts';
import { seconds } from '../page/table.ts';
import { runProgram } from '../program/run-program.ts';

/** The command that a CI job, the orb and the buildspecs run. */
const landfall = [process.execPath, fileURLToPath(new URL('../../../app/src/bin.ts', import.meta.url))];

/** What a shell of a CI does before each step: it sources the file in which earlier steps left variables. */
const sourced = ['-c', '. "$LANDFALL_ENV_FILE" && exec "$@"', 'sh'];

export type StepInputs = Readonly<Record<string, string | undefined>>;

interface JobOptions {
  readonly workspace: string;
  /** Over what every step gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The credentials of a step. */
  credentials(operation: OperationName): Promise<Readonly<Record<string, string>>>;
  readonly page: Page;
  readonly signal: AbortSignal;
}

/** One job of a CI: steps that share a folder, temporary files and the variables they pass on. */
export interface Job {
  /** Runs one operation as a process of its own, told everything by flags and environment. */
  run(operation: OperationName, inputs: StepInputs): Promise<RunRecord>;
  /** What the operations wrote for the run's summary, as Markdown. */
  readonly summaryFile: string;
  /** What a job does at its end, whatever that is: `landfall clean-up`, and its temporary files go. */
  end(): Promise<void>;
}

export async function startJob(options: JobOptions): Promise<Job> {
  const { page, signal } = options;
  const temporary = await mkdtemp(join(tmpdir(), 'landfall-demo-job-'));
  const variables = join(temporary, 'variables.sh');
  const summaryFile = join(temporary, 'summary.md');
  await writeFile(variables, '', { mode: 0o600 });
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? temporary,
    TMPDIR: temporary,
    CI: 'true',
    LANDFALL_ENV_FILE: variables,
    LANDFALL_SUMMARY: summaryFile,
    NODE_COMPILE_CACHE: join(temporary, 'compile-cache'),
    ...options.environment,
  };
  return {
    summaryFile,
    async run(operation, inputs) {
      const flags = Object.entries(inputs).flatMap(([name, value]) =>
        value === undefined ? [] : [`--${name}`, value],
      );
      page.command(['landfall', operation, ...flags.map(quoted)].join(' ').replaceAll('\n', '\\n'));
      const ran = await runProgram('sh', [...sourced, ...landfall, operation, ...flags, '--output', 'json'], {
        cwd: options.workspace,
        environment: { ...environment, ...(await options.credentials(operation)) },
        signal,
        // The log goes to stderr, because stdout carries the result.
        onLine: (line, stream) => {
          if (stream === 'stderr' && !isDockerOutput(line)) page.quote(line);
        },
      });
      signal.throwIfAborted();
      const result = resultIn(ran.stdout);
      if (result?.exitCode !== ran.code) {
        const end = ran.lines.slice(-10).join('\n');
        throw new Error(
          `landfall ${operation} ended with ${ran.signal ?? `exit code ${ran.code}`} and ${result ? `the result says ${result.exitCode}` : 'no result'}:\n${end}`,
        );
      }
      const said = `${operation}: ${seconds(ran.milliseconds)}`;
      if (result.ok) page.done(said);
      else page.failed(`${said}, exit code ${result.exitCode}: ${result.error?.code}`);
      return { ...result, milliseconds: Math.round(ran.milliseconds) };
    },
    async end() {
      await runProgram('sh', [...sourced, ...landfall, 'clean-up'], { cwd: options.workspace, environment });
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

/**
 * What Docker itself prints is nested deepest in the log of a step: a CI folds it away, and here it is omitted.
 */
const isDockerOutput = (line: string) => line.startsWith('      ');

function resultIn(stdout: string): RunRecord | undefined {
  try {
    const value = JSON.parse(stdout) as RunRecord;
    return typeof value.exitCode === 'number' ? value : undefined;
  } catch {
    // A crash before the result: the caller shows what the program printed instead.
    return undefined;
  }
}

/** As a shell would need it, for the eye. */
const quoted = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Runs a JavaScript action as actions/runner does (NodeScriptActionHandler.cs, ActionRunner.cs, ProcessInvoker.cs at 258d6c8). */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { readPairs } from './github/command-files.ts';
import { type ActionCommand, readOutput } from './github/commands.ts';
import { createMasker, type Masker } from './github/masker.ts';

interface ActionManifest {
  readonly inputs?: Readonly<
    Record<string, { readonly default?: unknown; readonly required?: boolean } | null>
  >;
  readonly runs: {
    readonly using: string;
    readonly main: string;
    readonly post?: string;
    readonly 'post-if'?: string;
  };
}

export interface JobOptions {
  /** The job's `env:` and whatever the machine has; nothing is inherited but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  /** The event's payload. */
  readonly event?: unknown;
  readonly node?: string;
}

export interface StepOptions {
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Cancels the job when a line of the log holds this. */
  readonly cancelAt?: string;
  /** Kills the process there, without a signal before it. */
  readonly killAt?: string;
  /** How long the runner waits after SIGINT and after SIGTERM. Default 7,500 and 2,500 ms. */
  readonly patience?: { readonly sigint: number; readonly sigterm: number };
}

export interface StepResult {
  /** `${{ steps.x.conclusion }}`. */
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly commands: readonly ActionCommand[];
  /** The log as a person sees it, masked. */
  readonly log: readonly string[];
  /** What the process wrote, byte for byte. */
  readonly raw: string;
  readonly summary: string;
  readonly warnings: readonly string[];
}

export interface Job {
  readonly folder: string;
  readonly workspace: string;
  readonly runnerTemp: string;
  /** Starts a `uses:` step: the folder holds action.yml. */
  uses(action: string, options?: StepOptions): Promise<StepResult>;
  /** What runs when the job is over: the post step of each step that had one, last first. */
  end(): Promise<readonly StepResult[]>;
}

export function startJob(options: JobOptions = {}): Job {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-runner-'));
  const workspace = options.workspace ?? join(folder, 'workspace');
  const runnerTemp = join(folder, '_temp');
  for (const one of [workspace, runnerTemp, join(folder, 'files')]) mkdirSync(one, { recursive: true });
  const eventPath = join(folder, 'event.json');
  writeFileSync(eventPath, JSON.stringify(options.event ?? {}));
  const masker = createMasker();
  const jobEnv: Record<string, string> = { ...options.env };
  const posts: (() => Promise<StepResult>)[] = [];
  let steps = 0;

  const run = async (
    script: string,
    inputs: Readonly<Record<string, string>>,
    state: Map<string, string>,
    step: StepOptions,
  ): Promise<StepResult> => {
    steps += 1;
    const files = Object.fromEntries(
      ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_PATH'].map((name) => {
        const path = join(folder, 'files', `${name.toLowerCase()}_${steps}`);
        writeFileSync(path, '');
        return [name, path];
      }),
    );
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/web',
      GITHUB_RUN_ID: '4711',
      GITHUB_RUN_NUMBER: '12',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_JOB: 'deploy',
      RUNNER_TEMP: runnerTemp,
      RUNNER_OS: 'Linux',
      ...jobEnv,
      ...step.env,
      ...files,
      // Spaces become underscores, hyphens stay: INPUT_WAIT-TIMEOUT (Handler.cs, AddInputsToEnvironment).
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [
          `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
          value,
        ]),
      ),
      ...Object.fromEntries([...state].map(([name, value]) => [`STATE_${name}`, value])),
    };
    const ran = await runNode(options.node ?? process.execPath, script, workspace, env, masker, step);
    const read = (name: string) => readFileSync(files[name]!, 'utf8');
    for (const [name, value] of readPairs(read('GITHUB_STATE'))) state.set(name, value);
    for (const [name, value] of readPairs(read('GITHUB_ENV'))) {
      if (name.toUpperCase() !== 'NODE_OPTIONS') jobEnv[name] = value;
    }
    return {
      ...ran,
      outputs: Object.fromEntries(readPairs(read('GITHUB_OUTPUT'))),
      summary: read('GITHUB_STEP_SUMMARY'),
    };
  };

  return {
    folder,
    workspace,
    runnerTemp,
    async uses(action, step = {}) {
      const manifest = parse(readFileSync(join(action, 'action.yml'), 'utf8')) as ActionManifest;
      const { inputs, unexpected } = inputsOf(manifest, step.with ?? {});
      const state = new Map<string, string>();
      const { post } = manifest.runs;
      // The post step is registered before the main one runs, and its condition is `always()` unless it says otherwise.
      if (post) posts.unshift(() => run(resolve(action, post), inputs, state, {}));
      const result = await run(resolve(action, manifest.runs.main), inputs, state, step);
      return { ...result, warnings: unexpected };
    },
    async end() {
      const results: StepResult[] = [];
      for (const post of posts.splice(0)) results.push(await post());
      return results;
    },
  };
}

function inputsOf(manifest: ActionManifest, given: Readonly<Record<string, string>>) {
  const inputs: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) inputs[name.toLowerCase()] = value;
  const known = Object.keys(manifest.inputs ?? {});
  for (const name of known) {
    const standard = manifest.inputs?.[name]?.default;
    inputs[name.toLowerCase()] ??= standard === undefined || standard === null ? '' : String(standard);
  }
  const strange = Object.keys(given).filter(
    (name) => !known.some((one) => one.toLowerCase() === name.toLowerCase()),
  );
  const unexpected =
    strange.length > 0
      ? [`Unexpected input(s) '${strange.join("', '")}', valid inputs are ['${known.join("', '")}']`]
      : [];
  return { inputs, unexpected };
}

type Ran = Omit<StepResult, 'outputs' | 'summary'>;

async function runNode(
  node: string,
  script: string,
  workspace: string,
  env: Record<string, string>,
  masker: Masker,
  step: StepOptions,
): Promise<Ran> {
  const child = spawn(node, [script], { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let raw = '';
  let cancelled = false;
  const hear = (part: string) => {
    raw += part;
    if (step.killAt !== undefined && raw.includes(step.killAt)) child.kill('SIGKILL');
    if (step.cancelAt !== undefined && !cancelled && raw.includes(step.cancelAt)) {
      cancelled = true;
      cancel(child, step.patience ?? { sigint: 7500, sigterm: 2500 });
    }
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const { exitCode, signal } = await new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>(
    (settle, fail) => {
      child.on('error', fail);
      child.on('close', (code, by) => settle({ exitCode: code, signal: by }));
    },
  );
  const { commands, log } = readOutput(raw, masker);
  return {
    conclusion: cancelled ? 'cancelled' : exitCode === 0 ? 'success' : 'failure',
    exitCode,
    signal,
    commands,
    log,
    raw,
    warnings: [],
  };
}

/** For a step that has to end by the first signal: no second one comes, however slow the machine is. */
export const onlySigint = { sigint: 3_600_000, sigterm: 3_600_000 };

/** SIGINT, SIGTERM and the kill go to the node process only; its children are its own affair. */
function cancel(child: ChildProcess, patience: { readonly sigint: number; readonly sigterm: number }): void {
  child.kill('SIGINT');
  const term = setTimeout(() => child.kill('SIGTERM'), patience.sigint);
  const kill = setTimeout(() => child.kill('SIGKILL'), patience.sigint + patience.sigterm);
  child.on('exit', () => {
    clearTimeout(term);
    clearTimeout(kill);
  });
}

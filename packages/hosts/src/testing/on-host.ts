/** Each host on a folder of its own, with what a later step of the job would read. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputVariable } from '@landfall/core/inputs/variable-names';
import { type VirtualClock, virtualClock } from '@landfall/core/testing/virtual-clock';
import type { HostName } from '@landfall/core/world/host';
import { readPairs } from '../../../../test/runner/github/command-files.ts';
import { createHost } from '../create-host.ts';
import type { Environment, HostSession } from '../surroundings.ts';

interface OnHost {
  readonly host: HostSession;
  readonly folder: string;
  readonly env: Environment;
  readonly clock: VirtualClock;
  /** Everything written to the log. */
  log(): string;
  /** An output as a later step gets it. */
  output(name: string): string | undefined;
  /** A variable as a later step gets it. */
  variable(name: string): string | undefined;
  /** The Markdown or text of the summary. */
  summary(): string;
  cancel(): void;
  /** The host of the clean-up that runs after the job. */
  later(): Promise<HostSession>;
  /** The host of another operation, with other variables, or in another folder. */
  again(env: Environment, cwd?: string): Promise<HostSession>;
}

export interface OnHostOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Environment;
  readonly tty?: boolean;
}

export async function onHost(name: HostName, options: OnHostOptions = {}): Promise<OnHost> {
  const folder = mkdtempSync(join(tmpdir(), `landfall-${name}-`));
  const at = (file: string) => join(folder, file);
  for (const one of ['workspace', 'temporary']) mkdirSync(at(one));
  for (const one of ['output', 'env', 'state', 'summary.md', 'bash_env']) writeFileSync(at(one), '');
  const given = options.inputs ?? {};
  const env: Environment = {
    ...environments(at)[name],
    ...(name === 'github' && inputVariables(given)),
    ...options.env,
  };
  const abort = new AbortController();
  const clock = virtualClock({ auto: false });
  let log = '';
  const surroundings = {
    cwd: at('workspace'),
    log: {
      write: (text: string) => {
        log += text;
      },
      isTTY: options.tty === true,
    },
    clock,
    cancellation: abort.signal,
    temporary: at('temporary'),
    scope: 'test',
    ...(name !== 'github' && { inputs: new Map(Object.entries(given)) }),
  };
  const host = await createHost({ ...surroundings, env });
  const pairs = (file: string) => readPairs(readFileSync(at(file), 'utf8'));
  const exported = (variable: string) => sourced(shells[name], sourcedFile(name, at), variable);
  return {
    host,
    folder,
    env,
    clock,
    log: () => log,
    output: (one) => (name === 'github' ? pairs('output').get(one) : exported(outputVariable(one))),
    variable: (one) => (name === 'github' ? pairs('env').get(one) : exported(one)),
    summary: () => (name === 'github' ? readFileSync(at('summary.md'), 'utf8') : log),
    cancel: () => abort.abort(),
    again: (more, cwd = surroundings.cwd) => createHost({ ...surroundings, cwd, env: { ...env, ...more } }),
    async later() {
      const state =
        name === 'github'
          ? Object.fromEntries([...pairs('state')].map(([key, value]) => [`STATE_${key}`, value]))
          : {};
      const { stateFiles } = await import('../state/run-state.ts');
      const [file] = stateFiles(host.temporaryFolder, 'test');
      return createHost({ ...surroundings, env: { ...env, ...state }, ...(file && { stateFile: file }) });
    },
  };
}

const environments = (at: (file: string) => string): Record<HostName, Environment> => ({
  github: {
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    GITHUB_WORKSPACE: at('workspace'),
    RUNNER_TEMP: at('temporary'),
    GITHUB_OUTPUT: at('output'),
    GITHUB_ENV: at('env'),
    GITHUB_STATE: at('state'),
    GITHUB_STEP_SUMMARY: at('summary.md'),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/web',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_RUN_NUMBER: '12',
    GITHUB_JOB: 'deploy',
    GITHUB_ACTION: '__landfall-ci_landfall_2',
    GITHUB_EVENT_NAME: 'push',
  },
  circleci: {
    CIRCLECI: 'true',
    CI: 'true',
    NO_COLOR: '1',
    BASH_ENV: at('bash_env'),
    CIRCLE_PIPELINE_ID: '5f0e',
    CIRCLE_WORKFLOW_ID: 'b3a1',
    CIRCLE_BUILD_NUM: '12',
    CIRCLE_JOB: 'deploy',
    CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/web/12',
  },
  codebuild: {
    CODEBUILD_BUILD_ID: 'web:4c1d',
    CODEBUILD_BUILD_NUMBER: '12',
    CODEBUILD_BUILD_ARN: 'arn:aws:codebuild:eu-west-1:012345678901:build/web:4c1d',
    CODEBUILD_SRC_DIR: at('workspace'),
  },
  terminal: { TERM: 'xterm', LANDFALL_ENV_FILE: at('terminal.env') },
});

const inputVariables = (given: Readonly<Record<string, string>>): Environment =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value]));

const sourcedFile = (name: HostName, at: (file: string) => string) =>
  ({
    circleci: at('bash_env'),
    codebuild: at('workspace/landfall.env'),
    terminal: at('terminal.env'),
    github: '',
  })[name];

const shells: Record<HostName, string> = { github: '', circleci: 'bash', codebuild: 'sh', terminal: 'sh' };

/** What a real shell has in a variable after it sourced a file; undefined when it is not exported. */
function sourced(shell: string, file: string, variable: string): string | undefined {
  const script = `. "$1"; exec ${JSON.stringify(process.execPath)} -e 'process.stdout.write(JSON.stringify(process.env[process.argv[1]] ?? null))' "$2"`;
  const printed = execFileSync(shell, ['-e', '-c', script, shell, file, variable], {
    env: { PATH: process.env.PATH ?? '' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return (JSON.parse(printed) as string | null) ?? undefined;
}

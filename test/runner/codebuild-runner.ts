/**
 * Executes a buildspec of version 0.2 phase by phase, as the reference describes it
 * (https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html): `cd` and exports last from
 * command to command; `finally` whatever its phase did; post_build even after a failed build unless
 * `on-failure: ABORT`; CODEBUILD_BUILD_SUCCEEDING set for it; exported-variables at the end.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runProgram } from './run-program.ts';

interface Phase {
  readonly 'on-failure'?: string;
  readonly commands?: readonly string[];
  readonly finally?: readonly string[];
}
interface Buildspec {
  readonly version: number;
  readonly env?: {
    readonly shell?: string;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly 'exported-variables'?: readonly string[];
  };
  readonly phases: Readonly<Record<string, Phase>>;
}

interface PhaseResult {
  readonly phase: string;
  readonly status: 'SUCCEEDED' | 'FAILED';
}

interface CodeBuildResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'STOPPED';
  readonly phases: readonly PhaseResult[];
  readonly exported: Readonly<Record<string, string>>;
  readonly output: string;
  readonly source: string;
}

interface CodeBuildOptions {
  /** Variables of the project and of start-build; they win over the buildspec's. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly source?: string;
  /** StopBuild when the output holds this: a kill. */
  readonly killAt?: string;
}

const order = ['install', 'pre_build', 'build', 'post_build'] as const;

export async function runBuildspec(text: string, options: CodeBuildOptions = {}): Promise<CodeBuildResult> {
  const buildspec = parse(text) as Buildspec;
  if (buildspec.version !== 0.2) throw new Error('YAML_FILE_ERROR: only version 0.2 is executed here');
  const unknown = Object.keys(buildspec.phases).find((name) => !(order as readonly string[]).includes(name));
  if (unknown) throw new Error(`YAML_FILE_ERROR: unknown phase ${unknown}`);
  const folder = mkdtempSync(join(tmpdir(), 'landfall-codebuild-'));
  const source = options.source ?? join(folder, 'src');
  mkdirSync(source, { recursive: true });
  const shell = startShell(
    buildspec.env?.shell ?? '/bin/sh',
    source,
    environmentOf(buildspec, options, folder, source),
    options.killAt,
  );
  const phases: PhaseResult[] = [];
  let succeeding = true;
  for (const name of order) {
    const phase = buildspec.phases[name];
    if (!phase) continue;
    await shell.run(`export CODEBUILD_BUILD_SUCCEEDING=${succeeding ? 1 : 0}`);
    const done = await runPhase(shell, phase);
    phases.push({ phase: name.toUpperCase(), status: done ? 'SUCCEEDED' : 'FAILED' });
    if (shell.killed()) break;
    if (!done && phase['on-failure'] !== 'CONTINUE') {
      succeeding = false;
      // After a failed install or pre_build nothing follows; after a failed build post_build does, unless ABORT.
      if (name !== 'build' || phase['on-failure'] === 'ABORT') break;
    }
  }
  const exported = shell.killed() ? {} : await shell.variables(buildspec.env?.['exported-variables'] ?? []);
  return {
    status: shell.killed() ? 'STOPPED' : succeeding ? 'SUCCEEDED' : 'FAILED',
    phases,
    exported,
    output: shell.output(),
    source,
  };
}

async function runPhase(shell: Shell, phase: Phase): Promise<boolean> {
  const runAll = async (commands: readonly string[] = []) => {
    for (const command of commands) if (!(await shell.run(command))) return false;
    return true;
  };
  const commands = await runAll(phase.commands);
  const last = await runAll(phase.finally);
  return commands && last;
}

function environmentOf(buildspec: Buildspec, options: CodeBuildOptions, folder: string, source: string) {
  mkdirSync(join(folder, 'tmp'));
  const variables = Object.entries(buildspec.env?.variables ?? {}).map(([name, value]) => [
    name,
    String(value),
  ]);
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? folder,
    TMPDIR: join(folder, 'tmp'),
    ...Object.fromEntries(variables),
    CODEBUILD_BUILD_ID: 'web:4c1d0000-0000-4000-8000-000000000000',
    CODEBUILD_BUILD_NUMBER: '12',
    CODEBUILD_BUILD_ARN:
      'arn:aws:codebuild:eu-west-1:012345678901:build/web:4c1d0000-0000-4000-8000-000000000000',
    CODEBUILD_RESOLVED_SOURCE_VERSION: '0'.repeat(40),
    CODEBUILD_SRC_DIR: source,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    ...options.environment,
  };
}

interface Shell {
  run(command: string): Promise<boolean>;
  variables(names: readonly string[]): Promise<Record<string, string>>;
  output(): string;
  killed(): boolean;
}

/**
 * CodeBuild's agent starts a shell per command and hands exports and the folder from one to the next by files
 * (`env.sh` and `dir.txt` next to `script.sh`), which looks like one shell; `exit` ends its command only.
 */
function startShell(path: string, cwd: string, env: Record<string, string>, killAt?: string): Shell {
  const program = path === 'bash' ? 'bash' : 'sh';
  const at = (name: string) => join(env.TMPDIR ?? tmpdir(), name);
  writeFileSync(at('env.sh'), '');
  writeFileSync(at('dir.txt'), cwd);
  let output = '';
  let killed = false;
  const start = async (script: string): Promise<{ exitCode: number | null; printed: string }> => {
    const child = spawn(program, ['-c', script], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { exitCode, output: printed, killed: now } = await runProgram(child, killAt);
    killed ||= now;
    return { exitCode, printed };
  };
  const enter = `. '${at('env.sh')}'; cd "$(cat '${at('dir.txt')}')"`;
  const leave = `status=$?; export -p > '${at('env.sh')}'; pwd > '${at('dir.txt')}'; exit $status`;
  return {
    async run(command) {
      if (killed) return false;
      output += `[Container] Running command ${command.split('\n')[0]}\n`;
      writeFileSync(at('script.sh'), `${command}\n`);
      const { exitCode, printed } = await start(
        `${enter}; trap "${leave.replace(/[$"]/g, '\\$&')}" EXIT; . '${at('script.sh')}'`,
      );
      output += printed;
      return exitCode === 0;
    },
    async variables(names) {
      const found: Record<string, string> = {};
      for (const name of names) found[name] = (await start(`${enter}; printf %s "\${${name}-}"`)).printed;
      return found;
    },
    output: () => output,
    killed: () => killed,
  };
}

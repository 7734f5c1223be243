/**
 * Runs steps as CircleCI does: each in a `bash -eo pipefail` of its own, all with the same folder and the same
 * BASH_ENV, which bash sources when it starts. A cancel is a kill: CircleCI promises no signal and no grace.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

export interface CircleCiStep {
  readonly name: string;
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly when?: 'on_success' | 'always' | 'on_fail';
  /** Kills the step when its output holds this, and with it the job: nothing runs after a cancel. */
  readonly killAt?: string;
}

interface CircleCiStepResult {
  readonly name: string;
  readonly exitCode: number | null;
  readonly output: string;
}

interface CircleCiJobResult {
  readonly status: 'success' | 'failed' | 'canceled';
  readonly steps: readonly CircleCiStepResult[];
  readonly workspace: string;
  readonly bashEnv: string;
}

interface CircleCiJobOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly workspace?: string;
}

export async function runCircleCiJob(
  steps: readonly CircleCiStep[],
  options: CircleCiJobOptions = {},
): Promise<CircleCiJobResult> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-circleci-'));
  const workspace = options.workspace ?? join(folder, 'project');
  mkdirSync(workspace, { recursive: true });
  mkdirSync(join(folder, 'tmp'));
  const bashEnv = join(folder, '.bash_env');
  writeFileSync(bashEnv, '');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? folder,
    TMPDIR: join(folder, 'tmp'),
    CI: 'true',
    CIRCLECI: 'true',
    CIRCLE_SHA1: '0'.repeat(40),
    CIRCLE_BRANCH: 'main',
    CIRCLE_BUILD_NUM: '12',
    CIRCLE_JOB: 'deploy',
    CIRCLE_WORKFLOW_ID: 'b3a1',
    CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/web/12',
    ...options.environment,
    BASH_ENV: bashEnv,
  };
  const results: CircleCiStepResult[] = [];
  let status: CircleCiJobResult['status'] = 'success';
  for (const step of steps) {
    const when = step.when ?? 'on_success';
    if (status === 'failed' ? when === 'on_success' : when === 'on_fail') continue;
    const { killed, ...result } = await runStep(
      step,
      { ...env, ...step.environment },
      workspace,
      join(folder, 'step.sh'),
    );
    results.push({ name: step.name, ...result });
    if (killed) {
      status = 'canceled';
      break;
    }
    if (result.exitCode !== 0) status = 'failed';
  }
  return {
    status,
    steps: results,
    workspace,
    bashEnv: existsSync(bashEnv) ? readFileSync(bashEnv, 'utf8') : '',
  };
}

async function runStep(step: CircleCiStep, env: Record<string, string>, cwd: string, script: string) {
  writeFileSync(script, step.command);
  const child = spawn('bash', ['-eo', 'pipefail', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return runProgram(child, step.killAt);
}

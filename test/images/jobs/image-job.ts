import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from '@jest/globals';
import type { Operation } from '@landfall/core/operation/operation';
import type { Sandbox } from '@landfall/sandbox/sandbox';
import { builtAction } from '../../runner/built-actions.ts';
import { type Job, type StepOptions, type StepResult, startJob } from '../../runner/github-runner.ts';
import { describeUnless, noImageTools } from '../../runner/requirements.ts';
import { imageUser } from '../image-user.ts';

export interface ImageJob extends Job {
  /** The `~/.docker` of the user whose machine this is. */
  readonly userConfig: string;
  /** A step with one of the built actions. */
  step(name: string, inputs?: Readonly<Record<string, string>>, options?: StepOptions): Promise<StepResult>;
  /** The processes on this machine that the job's steps started, by their command lines. */
  processes(): readonly string[];
  /** The files of the job's temporary folder that a step made, but the code that Node compiled. */
  leftovers(): readonly string[];
}

export interface ImageJobOptions {
  /** The job may do there what the policies of the operations on images say, and nothing else. */
  readonly sandbox?: Sandbox;
  /** Operations whose policies the job has besides those. */
  readonly also?: readonly Operation[];
  /** Files of the workspace; a static busybox, and `once` with a text of its own, lie next to them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Another job's home: two jobs on one machine. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Scenarios of the built actions on a real engine: skipped where there is none. The build may take a while. */
export const onEngine = (title: string, scenarios: () => void) =>
  describeUnless(noImageTools)(title, () => {
    beforeAll(() => void builtAction('build-push'), 5 * 60_000);
    scenarios();
  });

/** A job of a GitHub runner on this machine, with the engine of this machine, in an account of a sandbox. */
export function imageJob({ sandbox, also, files = {}, home, env = {} }: ImageJobOptions = {}): ImageJob {
  const mark = randomBytes(12).toString('hex');
  const jobEnv: Record<string, string> = {
    ...sandbox?.environment(imageUser(sandbox, also)),
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_REF: 'refs/heads/main',
    // Its descendants are recognized by it, whatever has become of their parent.
    LANDFALL_TEST_JOB: mark,
    ...env,
  };
  const job = startJob({ env: jobEnv });
  const at = home ?? join(job.folder, 'home');
  const userConfig = join(at, '.docker');
  mkdirSync(userConfig, { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(job.workspace, path), text);
  copyFileSync('/bin/busybox', join(job.workspace, 'busybox'));
  writeFileSync(join(job.workspace, 'once'), mark);
  // A layer holds the times of its files, BuildKit's cache ignores them: both are the same for every
  // build.
  for (const file of ['busybox', 'once']) utimesSync(join(job.workspace, file), 1e9, 1e9);
  return {
    ...job,
    userConfig,
    step: (name, inputs = {}, options = {}) =>
      job.uses(builtAction(name), { ...options, with: inputs, env: { HOME: at, ...options.env } }),
    processes: () => processesWith(`LANDFALL_TEST_JOB=${mark}`),
    leftovers: () =>
      readdirSync(job.runnerTemp, { recursive: true })
        .map(String)
        .filter((path) => !path.startsWith('landfall-compile-cache')),
  };
}

function processesWith(variable: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const own = readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(variable);
        return own ? readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() : [];
      } catch {
        // It ended during this read, or may not be read.
        return [];
      }
    });
}

/**
 * An image that can be made here (nothing can be pulled), with a layer that no other job has made. Its files lie at
 * the root, because a folder made for them would bear the time of the build.
 */
export const dockerfile = (more = '') =>
  `FROM scratch\nCOPY busybox once /\n${more}CMD ["/busybox", "true"]\n`;

export const commandsOf = (step: StepResult, name: string) =>
  step.commands.filter(({ command }) => command === name);

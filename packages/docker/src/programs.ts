import { describe } from '@landfall/core/errors/describe';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { standardLimits } from '@landfall/core/image/build/docker-limits';
import { refusalOf } from '@landfall/core/registry/push/refusal';
import { formatDuration } from '@landfall/core/time/duration';
import type { DockerCallOptions } from '@landfall/core/world/docker';
import type { Environment } from './processes/environment.ts';
import type { ProcessRequest, ProcessResult, RunProcess } from './processes/run-process.ts';

/** What every command of this package works with. */
export interface Programs {
  readonly environment: Environment;
  readonly run: RunProcess;
  /** Every docker on PATH, in its order. */
  dockers(): Promise<readonly string[]>;
}

interface DockerCall {
  readonly args: readonly string[];
  readonly input?: string;
  readonly program?: string | undefined;
  readonly environment?: Environment;
  /** Where it runs. Default: where we do. */
  readonly folder?: string;
  readonly onStart?: (id: number) => void;
  /** True of programs without a time limit: only silence shows that they hang. */
  readonly long?: true;
}

/** For a command whose lines are not for the log. */
export const withoutOutput = ({ output: _, ...options }: DockerCallOptions): DockerCallOptions => options;

/**
 * Runs docker to its end, whatever its exit code. A run that was cancelled is CANCELLED, one that met its limit
 * DOCKER_TIMED_OUT.
 * @throws TOOL_MISSING, CANCELLED, DOCKER_TIMED_OUT
 */
export async function callDocker(
  { environment, run, dockers }: Programs,
  call: DockerCall,
  options: DockerCallOptions = {},
): Promise<ProcessResult> {
  const program = call.program ?? (await dockers())[0];
  if (program === undefined) throw noDocker();
  const { output, signal, timeout, noOutputTimeout } = { ...standardLimits, ...options };
  const limit = call.long
    ? ({ since: 'output', milliseconds: noOutputTimeout } as const)
    : ({ since: 'start', milliseconds: timeout } as const);
  const request: ProcessRequest = {
    program,
    args: call.args,
    environment: { ...environment, ...call.environment },
    ...(call.input !== undefined && { input: call.input }),
    ...(call.folder !== undefined && { folder: call.folder }),
    onStart: call.onStart,
    signal,
    limit,
    onLine: output && ((line) => output(line)),
  };
  const result = await run(request).catch((thrown: unknown) => {
    throw new LandfallError('TOOL_MISSING', {
      summary: `${program} could not be started: ${describe(thrown)}`,
      cause: thrown,
    });
  });
  if (result.aborted) {
    throw new LandfallError('CANCELLED', {
      summary: `docker ${commandOf(call.args)} was cancelled`,
      remedy: 'Run the step again: it sends only what the registry does not have.',
    });
  }
  throwIfLimited(result, { ...limit, what: `docker ${commandOf(call.args)}` });
  return result;
}

/** @throws DOCKER_TIMED_OUT, with the last lines, for what met its limit */
export function throwIfLimited(
  { limitedSince, tail }: ProcessResult,
  {
    what,
    since,
    milliseconds,
    remedy,
  }: { what: string; since: 'start' | 'output'; milliseconds: number; remedy?: string },
): void {
  if (limitedSince === undefined) return;
  const long = formatDuration(milliseconds);
  const from = `${new Date(limitedSince).toISOString().slice(11, 19)} UTC`;
  throw new LandfallError('DOCKER_TIMED_OUT', {
    summary:
      since === 'start'
        ? `${what} was terminated because it had not finished after ${long} (since ${from})`
        : `${what} was terminated because it had printed nothing for ${long} (since ${from})`,
    remedy:
      remedy ??
      (since === 'start'
        ? 'Check that the Docker engine responds (docker version) and can reach the registry. If it is just slow, raise `docker-timeout`.'
        : 'The last lines show what it was doing. Check that the Docker engine still responds (docker version). If it works silently, raise `no-output-timeout`.'),
    details: tail.filter((line) => line.trim() !== '').slice(-5),
    facts: { command: what, since: new Date(limitedSince).toISOString(), limitMilliseconds: milliseconds },
  });
}

const noDocker = () =>
  new LandfallError('TOOL_MISSING', {
    summary: 'docker is not on the PATH',
    remedy: 'Install the Docker client, or add it to the PATH.',
  });

const commandOf = (args: readonly string[]) =>
  args[0] === 'buildx' || args[0] === 'image' ? `${args[0]} ${args[1]}` : (args[0] ?? '');

/** `exited with 1`, `was killed by SIGKILL`. */
export const endOf = ({ exitCode, signal }: ProcessResult) =>
  exitCode === null ? `was killed by ${signal}` : `exited with ${exitCode}`;

/** DOCKER_UNREACHABLE, when that is why a command failed. */
export function throwIfUnreachable(result: ProcessResult): void {
  const text = result.tail.slice(-5).join('\n');
  if (refusalOf({ text }).code !== 'DOCKER_UNREACHABLE') return;
  throw new LandfallError('DOCKER_UNREACHABLE', {
    summary: `the Docker engine does not respond: ${lastLine(result) ?? ''}`,
    details: result.tail.slice(-5),
  });
}

export const lastLine = (result: ProcessResult) => result.tail.findLast((line) => line.trim() !== '');

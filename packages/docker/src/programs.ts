import { describe } from '@landfall/core/errors/describe';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { refusalOf } from '@landfall/core/registry/refusal';
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

export interface DockerCall {
  readonly args: readonly string[];
  readonly input?: string;
  readonly program?: string | undefined;
  readonly environment?: Environment;
  /** Where it runs. Default: where we do. */
  readonly folder?: string;
  readonly onStart?: (id: number) => void;
}

/**
 * Runs docker to its end, whatever its exit code. A run that was cancelled is CANCELLED.
 * @throws TOOL_MISSING, CANCELLED
 */
export async function callDocker(
  { environment, run, dockers }: Programs,
  call: DockerCall,
  options: DockerCallOptions = {},
): Promise<ProcessResult> {
  const program = call.program ?? (await dockers())[0];
  if (program === undefined) throw noDocker();
  const { output, signal } = options;
  const request: ProcessRequest = {
    program,
    args: call.args,
    environment: { ...environment, ...call.environment },
    ...(call.input !== undefined && { input: call.input }),
    ...(call.folder !== undefined && { folder: call.folder }),
    onStart: call.onStart,
    signal,
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
  return result;
}

export const noDocker = () =>
  new LandfallError('TOOL_MISSING', {
    summary: 'the program docker is not on PATH',
    remedy: 'Install the Docker client, or put it on PATH.',
  });

export const commandOf = (args: readonly string[]) =>
  args[0] === 'buildx' || args[0] === 'image' ? `${args[0]} ${args[1]}` : (args[0] ?? '');

/** `exited with 1`, `was killed by SIGKILL`. */
export const endOf = ({ exitCode, signal }: ProcessResult) =>
  exitCode === null ? `was killed by ${signal}` : `exited with ${exitCode}`;

/** DOCKER_UNREACHABLE, when that is why a command failed. */
export function throwIfUnreachable(result: ProcessResult): void {
  const text = result.tail.slice(-5).join('\n');
  if (refusalOf({ text }).code !== 'DOCKER_UNREACHABLE') return;
  throw new LandfallError('DOCKER_UNREACHABLE', {
    summary: `no Docker engine answers: ${lastLine(result) ?? ''}`,
    details: result.tail.slice(-5),
  });
}

export const lastLine = (result: ProcessResult) => result.tail.findLast((line) => line.trim() !== '');

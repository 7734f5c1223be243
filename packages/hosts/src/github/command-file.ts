import { closeSync, constants, openSync } from 'node:fs';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { appendWhole } from '../machine/append-whole.ts';
import { codeOf, diskFull, isDiskFull } from '../machine/disk-full.ts';
import type { Environment } from '../surroundings.ts';
import { checkName } from '../variables/name.ts';

type CommandFile = 'GITHUB_OUTPUT' | 'GITHUB_ENV' | 'GITHUB_STATE';

/** GitHub's limit for the outputs of a job (docs, "Passing information between jobs"). */
const largestOutput = 1024 * 1024;

const kinds = { GITHUB_OUTPUT: 'output', GITHUB_ENV: 'variable', GITHUB_STATE: 'state' } as const;

/**
 * Appends one pair to a file that the runner reads after the step, whole or not at all. The runner made the
 * file; if it is not there, nothing would read ours.
 * @throws HOST_OUTPUT_FAILED, OUTPUT_TOO_LARGE, DISK_FULL
 */
export function appendPair(env: Environment, file: CommandFile, name: string, value: string): void {
  checkName(kinds[file], name);
  if (Buffer.byteLength(value) > largestOutput) {
    throw new LandfallError('OUTPUT_TOO_LARGE', {
      summary: `${name} has ${Buffer.byteLength(value)} bytes; GitHub takes at most 1 MiB`,
    });
  }
  const path = env[file];
  if (!path) {
    throw new LandfallError('HOST_OUTPUT_FAILED', {
      summary: `${name} could not be passed on: ${file} is not set`,
    });
  }
  try {
    const handle = openSync(path, constants.O_WRONLY | constants.O_APPEND);
    try {
      appendWhole(handle, pair(name, value));
    } finally {
      closeSync(handle);
    }
  } catch (thrown) {
    if (isDiskFull(thrown)) throw diskFull(path, thrown);
    throw new LandfallError('HOST_OUTPUT_FAILED', {
      summary: `${name} could not be passed on: ${file} (${path}) cannot be written (${codeOf(thrown) ?? 'unknown'})`,
      facts: { name, path },
      cause: thrown,
    });
  }
}

/** `name<<delimiter`, the value, `delimiter`: the delimiter is random, so no value can end itself early. */
function pair(name: string, value: string): string {
  const delimiter = `landfall_${crypto.randomUUID()}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

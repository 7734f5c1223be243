import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { outputVariable } from '@landfall/core/inputs/variable-names';
import { appendWhole } from '../machine/append-whole.ts';
import { codeOf, diskFull, isDiskFull } from '../machine/disk-full.ts';

/** One string of a process's environment may have 128 KiB (Linux, MAX_ARG_STRLEN); a longer one breaks every later command. */
const largestVariable = 128 * 1024 - 1;

/** `it's` → `'it'\''s'`: inside single quotes no POSIX shell gives any character a meaning. */
export const singleQuoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** A file that a POSIX shell sources: BASH_ENV, or the one that LANDFALL_ENV_FILE names. */
export interface ShellFile {
  /** @throws HOST_OUTPUT_FAILED, OUTPUT_TOO_LARGE, DISK_FULL */
  exportVariable(name: string, value: string): void;
  /** @throws as `exportVariable` */
  setOutput(name: string, value: string): void;
  /** Unsets outputs of earlier operations. @throws HOST_OUTPUT_FAILED, DISK_FULL */
  clearOutputs(names: readonly string[]): void;
}

export function shellFile(path: string): ShellFile {
  // With a line break before it: the previous writer may not have ended its line.
  const add = (line: string) => appendPrivately(path, `\n${line}\n`);
  const exportVariable = (name: string, value: string) => {
    if (Buffer.byteLength(`${name}=${value}`) > largestVariable) {
      throw new LandfallError('OUTPUT_TOO_LARGE', {
        summary: `${name} has ${Buffer.byteLength(value)} bytes; an environment variable may have 128 KiB`,
      });
    }
    if (value.includes('\0')) {
      throw new LandfallError('HOST_OUTPUT_FAILED', {
        summary: `${name} contains a NUL, which is not allowed in an environment variable`,
      });
    }
    add(`export ${name}=${singleQuoted(value)}`);
  };
  return {
    exportVariable,
    setOutput: (name, value) => exportVariable(outputVariable(name), value),
    clearOutputs(names) {
      if (names.length > 0) add(`unset ${names.map(outputVariable).join(' ')}`);
    },
  };
}

/**
 * Makes the file if there is none, so that sourcing it is not an error when there was no output, and empties
 * one that another build left on this machine: its outputs are not those of this build. A file that Landfall
 * did not begin is someone else's, and only added to. Best effort: a later write reports why it
 * cannot be.
 * @param build the host's name for the build; without one nothing tells a file of an earlier build
 */
export function beginShellFile(path: string, build: string | undefined): ShellFile {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  try {
    const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      if (build !== undefined) beginFor(file, build);
    } finally {
      closeSync(file);
    }
  } catch {
    // Said by the first write, which every operation with outputs does before it begins.
  }
  return shellFile(path);
}

const firstWords = '# Outputs of Landfall in build ';

function beginFor(file: number, build: string): void {
  // What a host calls a build holds nothing else; a line break would end the comment.
  const line = `${firstWords}${build.replace(/[^\w.:/-]/g, '_')}\n`;
  const start = Buffer.alloc(Buffer.byteLength(line));
  const length = fstatSync(file).isFile() ? readSync(file, start, 0, start.length, 0) : 0;
  const found = start.subarray(0, length).toString();
  if (found === line || (length > 0 && !found.startsWith(firstWords))) return;
  ftruncateSync(file, 0);
  appendWhole(file, line);
}

/** One write at the end of the file, created with mode 0600 if it is not there, never through a symbolic link. */
function appendPrivately(path: string, text: string): void {
  try {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      appendWhole(file, text);
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    if (isDiskFull(thrown)) throw diskFull(path, thrown);
    throw new LandfallError('HOST_OUTPUT_FAILED', {
      summary: `${path} could not be written (${codeOf(thrown) ?? 'unknown'})`,
      facts: { path },
      cause: thrown,
    });
  }
}

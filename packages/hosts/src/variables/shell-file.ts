import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { LandfallError } from '@landfall/core/errors/landfall-error';

/** One string of a process's environment may have 128 KiB (Linux, MAX_ARG_STRLEN); a longer one breaks every later command. */
export const largestVariable = 128 * 1024 - 1;

/** `it's` → `'it'\''s'`: inside single quotes no POSIX shell gives any character a meaning. */
export const singleQuoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/**
 * Appends `export NAME='value'` to a file that a POSIX shell sources (BASH_ENV, or one a buildspec names).
 * @throws HOST_OUTPUT_FAILED, OUTPUT_TOO_LARGE
 */
export function exportInFile(path: string, name: string, value: string, extra = ''): void {
  if (Buffer.byteLength(`${name}=${value}`) > largestVariable) {
    throw new LandfallError('OUTPUT_TOO_LARGE', {
      summary: `${name} has ${Buffer.byteLength(value)} bytes; an environment variable may have 128 KiB`,
    });
  }
  if (value.includes('\0')) {
    throw new LandfallError('HOST_OUTPUT_FAILED', {
      summary: `${name} holds a NUL, which no environment variable can`,
    });
  }
  // The line break before it: whoever wrote last may not have ended their line.
  appendPrivately(path, `\nexport ${name}=${singleQuoted(value)}\n${extra}`);
}

/**
 * Makes an empty file where there is none, so that sourcing it is no error when there was no output. Best effort:
 * whoever writes to it later says why it cannot be.
 */
export function makeVariableFile(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch {
    return;
  }
}

/** One write at the end of the file, created with mode 0600 if it is not there, never through a symbolic link. */
function appendPrivately(path: string, text: string): void {
  try {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    throw new LandfallError('HOST_OUTPUT_FAILED', {
      summary: `${path} could not be written (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})`,
      facts: { path },
      cause: thrown,
    });
  }
}

import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { codeOf, diskFull, isDiskFull } from '../machine/disk-full.ts';
import { makeFolder } from '../machine/make-folder.ts';

export interface StateStore {
  save(name: string, value: string): void;
  read(name: string): string | undefined;
}

const folderOf = (temporaryFolder: string) => join(temporaryFolder, 'landfall-state');

/**
 * State where no runner keeps it: one private file per run of an operation, so that two logins in one job are
 * two clean-ups. `landfall clean-up` reads them.
 */
export function runState(
  temporaryFolder: string,
  { scope, stateFile }: { readonly scope: string; readonly stateFile?: string },
): StateStore {
  const path = stateFile ?? join(folderOf(temporaryFolder), `${scope}-${crypto.randomUUID()}.json`);
  const values: Record<string, string> = stateFile ? readState(stateFile) : {};
  return {
    read: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
    save(name, value) {
      values[name] = value;
      try {
        makeFolder(folderOf(temporaryFolder));
        // Written to another file and moved: a process killed in between leaves the old state, not half of one.
        writeFileSync(`${path}.new`, JSON.stringify(values), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (thrown) {
        if (isDiskFull(thrown)) throw diskFull(path, thrown);
        throw new LandfallError('HOST_OUTPUT_FAILED', {
          summary: `${path} could not be written (${codeOf(thrown) ?? 'unknown'})`,
          remedy: 'Give the job a writable temporary directory.',
          cause: thrown,
        });
      }
    },
  };
}

/** The state files that runs of an operation left, oldest name first. */
export function stateFiles(temporaryFolder: string, scope: string): readonly string[] {
  try {
    return readdirSync(folderOf(temporaryFolder))
      .filter(
        (name) => name.startsWith(`${scope}-`) && /^[0-9a-f-]{36}\.json$/.test(name.slice(scope.length + 1)),
      )
      .sort()
      .map((name) => join(folderOf(temporaryFolder), name));
  } catch {
    // No folder: nothing was kept.
    return [];
  }
}

/** What runs of an operation keep, as far as it can be trusted, newest first. */
export const keptStates = (
  temporaryFolder: string,
  scope: string,
): readonly Readonly<Record<string, string>>[] =>
  stateFiles(temporaryFolder, scope)
    .flatMap((file) => {
      const values = readTrusted(file);
      return typeof values === 'string' ? [] : [{ values, time: lstatSync(file).mtimeMs }];
    })
    .sort((one, other) => other.time - one.time)
    .map(({ values }) => values);

export const forgetState = (file: string): void => rmSync(file, { force: true });

/** A file that cannot be trusted, or that says nothing; the clean-up then finds nothing to do. */
function readState(file: string): Record<string, string> {
  const found = readTrusted(file);
  return typeof found === 'string' ? {} : found;
}

/** Why a state file is not to be used, for a note; undefined when it is. */
export function problemOfState(file: string): string | undefined {
  const found = readTrusted(file);
  return typeof found === 'string' ? found : undefined;
}

/**
 * What is in the file, or why it does not count: it says what to remove, so no other user may have written it.
 */
function readTrusted(file: string): Record<string, string> | string {
  try {
    const about = lstatSync(file);
    if (!about.isFile()) return 'is not a regular file';
    if (process.getuid !== undefined && about.uid !== process.getuid()) return 'belongs to another user';
    if (process.platform !== 'win32' && (about.mode & 0o022) !== 0) return 'is writable by other users';
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof found !== 'object' || found === null || Array.isArray(found))
      return 'has an unexpected format';
    return Object.fromEntries(
      Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return 'is truncated or cannot be read';
  }
}

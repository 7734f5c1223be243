import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LandfallError } from '@landfall/core/errors/landfall-error';

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
        mkdirSync(folderOf(temporaryFolder), { recursive: true, mode: 0o700 });
        // Written beside and moved: whoever is killed in between leaves the old state, not half of one.
        writeFileSync(`${path}.new`, JSON.stringify(values), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (thrown) {
        throw new LandfallError('HOST_OUTPUT_FAILED', {
          summary: `${path} could not be written (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})`,
          remedy: 'Give the job a temporary folder that can be written.',
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

export const forgetState = (file: string): void => rmSync(file, { force: true });

/** A file that is cut short or of another shape says nothing; the clean-up then finds nothing to do. */
function readState(file: string): Record<string, string> {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof found !== 'object' || found === null) return {};
    return Object.fromEntries(
      Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

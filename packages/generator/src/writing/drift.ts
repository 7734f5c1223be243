import { createTwoFilesPatch } from 'diff';

/** Path → text; `undefined` on one side means that the file is not there. */
export interface Drift {
  readonly path: string;
  readonly found: string | undefined;
  readonly wanted: string | undefined;
}

export const driftOf = (
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): readonly Drift[] =>
  [...new Set([...found.keys(), ...wanted.keys()])]
    .sort()
    .map((path) => ({ path, found: found.get(path), wanted: wanted.get(path) }))
    .filter((one) => one.found !== one.wanted);

/** The drift as one unified diff, from what is in the tree to what the definitions say. */
export const unifiedDiff = (drift: readonly Drift[]) =>
  drift
    .map(({ path, found, wanted }) =>
      createTwoFilesPatch(
        found === undefined ? '/dev/null' : `a/${path}`,
        wanted === undefined ? '/dev/null' : `b/${path}`,
        found ?? '',
        wanted ?? '',
      ).replace(/^=+\n/, ''),
    )
    .join('');

export interface VersionNumber {
  /** Without a leading v. */
  readonly version: string;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** As written. */
  readonly raw: string;
  readonly prerelease: boolean;
}

/** The expression that semver.org gives. */
const semver =
  /^v?((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?)$/;

/** PEP 440's canonical form, with the separators it tolerates. */
const pep440 =
  /^v?((?:\d+!)?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.\d+)*([-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(?:[-_.]?post[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?)$/i;

export const parseSemver = (text: string) => build(text, semver.exec(text.slice(0, 256)));

export function parsePep440(text: string): VersionNumber | undefined {
  const found = pep440.exec(text.slice(0, 256));
  return found ? build(text, found, found[5] !== undefined || found[6] !== undefined) : undefined;
}

const build = (
  raw: string,
  found: RegExpExecArray | null,
  prerelease = found?.[5] !== undefined,
): VersionNumber | undefined =>
  found
    ? {
        raw,
        version: found[1]!,
        major: found[2]!,
        minor: found[3] ?? '0',
        patch: found[4] ?? '0',
        prerelease,
      }
    : undefined;

/*
 * Our own, because the libraries that docker/metadata-action uses (semver, @renovate/pep440) agree with it on generated
 * versions, except where they lose digits beyond 2^53 or write `1.0+a.b` with a comma.
 */

export interface VersionNumber {
  /** Without a leading v; of PEP 440 in its normal form. */
  readonly version: string;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** As written. */
  readonly raw: string;
  /** Whether it is a pre-release: for PEP 440 also post and dev releases. */
  readonly prerelease: boolean;
}

/** The expression that semver.org gives. */
const semver =
  /^v?((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?)$/;

export function parseSemver(text: string): VersionNumber | undefined {
  const found = semver.exec(text.slice(0, 256));
  if (!found) return undefined;
  const [, version = '', major = '', minor = '', patch = '', prerelease] = found;
  return { raw: text, version, major, minor, patch, prerelease: prerelease !== undefined };
}

/** What PEP 440 accepts, in its appendix B. */
const pep440 =
  /^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?<pre>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?<preNumber>\d*))?(?<post>-(?<implicitPost>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\d*))?(?<dev>[-_.]?dev[-_.]?(?<devNumber>\d*))?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/i;
const preNames: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/** Normalised as PEP 440 says: `v1.2-alpha_3` is 1.2a3, `1.0-1` is 1.0.post1. */
export function parsePep440(text: string): VersionNumber | undefined {
  const found = pep440.exec(text.slice(0, 256))?.groups;
  if (!found) return undefined;
  const { epoch, release = '', pre, post, dev, local } = found;
  const number = (digits: string | undefined) => String(BigInt(digits || '0'));
  const numbers = release.split('.').map(number);
  const short = pre?.toLowerCase() ?? '';
  const version = [
    epoch && number(epoch) !== '0' ? `${number(epoch)}!` : '',
    numbers.join('.'),
    pre ? `${preNames[short] ?? short}${number(found.preNumber)}` : '',
    post ? `.post${number(found.implicitPost ?? found.postNumber)}` : '',
    dev ? `.dev${number(found.devNumber)}` : '',
    local ? `+${local.toLowerCase().replaceAll(/[-_]/g, '.')}` : '',
  ].join('');
  const [major = '0', minor = '0', patch = '0'] = numbers;
  const prerelease = [pre, post, dev].some((part) => part !== undefined);
  return { raw: text, version, major, minor, patch, prerelease };
}

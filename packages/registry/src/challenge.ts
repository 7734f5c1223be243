export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm?: string;
  readonly service?: string;
  readonly scope?: string;
}

/** A scheme, or a parameter with its value, quoted or not. */
const part = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;

/**
 * `WWW-Authenticate: Bearer realm="…",service="…",scope="…"` (RFC 9110, and Docker's token specification). Of several
 * challenges that for a token is taken, as containerd does.
 */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const found: { scheme: string; values: Record<string, string> }[] = [];
  for (const [whole, name, quoted, bare] of (header ?? '').matchAll(part)) {
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
    const last = found.at(-1);
    if (!whole.includes('=')) found.push({ scheme: name!.toLowerCase(), values: {} });
    else if (last) last.values[name!.toLowerCase()] = value;
  }
  for (const scheme of ['bearer', 'basic'] as const) {
    const values = found.find((one) => one.scheme === scheme)?.values;
    if (values) return { ...values, scheme };
  }
  return undefined;
}

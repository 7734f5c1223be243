export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm?: string;
  readonly service?: string;
  readonly scope?: string;
}

/** `WWW-Authenticate: Bearer realm="…",service="…",scope="…"` (RFC 9110, and Docker's token specification). */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const found = /^\s*(Basic|Bearer)\b(.*)$/i.exec(header ?? '');
  if (!found) return undefined;
  const values: Record<string, string> = {};
  for (const [, name, value] of found[2]!.matchAll(/([a-z]+)="([^"]*)"/gi))
    values[name!.toLowerCase()] = value!;
  return { scheme: found[1]!.toLowerCase() as Challenge['scheme'], ...values };
}

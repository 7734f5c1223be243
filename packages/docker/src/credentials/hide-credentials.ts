import { isLandfallError, LandfallError } from '@landfall/core/errors/landfall-error';
import type { HiddenCredentials } from '@landfall/core/world/registry-credentials';

/** Shorter ones occur in ordinary words. */
const shortest = 4;

export function hiddenCredentials(): HiddenCredentials {
  const secrets = new Set<string>();
  /** The longest first: a password may begin like another one. */
  let sorted: readonly string[] = [];
  const add = (forms: readonly string[]) => {
    for (const form of forms) if (form.length >= shortest) secrets.add(form);
    sorted = [...secrets].sort((a, b) => b.length - a.length);
  };
  const hide = (text: string) => sorted.reduce((left, secret) => left.replaceAll(secret, '***'), text);
  const hideAll = (value: unknown): unknown => {
    if (typeof value === 'string') return hide(value);
    if (Array.isArray(value)) return value.map(hideAll);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hideAll(member)]));
  };
  const hideIn = (thrown: unknown): unknown => {
    if (secrets.size === 0 || !isLandfallError(thrown)) return thrown;
    return new LandfallError(thrown.code, {
      summary: hide(thrown.summary),
      remedy: hide(thrown.remedy),
      details: thrown.details.map(hide),
      detailsLogged: thrown.detailsLogged,
      facts: hideAll(thrown.facts) as Readonly<Record<string, unknown>>,
      applied: thrown.applied,
      cause: hideIn(thrown.cause),
    });
  };
  return {
    addPassword: (username, password) => add(formsOf(username, password)),
    addToken: (token) => add([token, inUrl(token)]),
    hide,
    hideIn,
  };
}

const inUrl = (text: string) => encodeURIComponent(text.toWellFormed());

/** As it is, by its lines, in a URL, and in Base64 as in an Authorization header and in Docker's configuration. */
function formsOf(username: string, password: string): readonly string[] {
  const plain = [password, password.trim(), ...password.split('\n')];
  const encoded = [password, `${username}:${password}`].flatMap((form) => {
    const base64 = Buffer.from(form).toString('base64');
    return [base64, base64.replace(/=+$/, ''), Buffer.from(form).toString('base64url')];
  });
  return [...plain, ...plain.map(inUrl), ...encoded];
}

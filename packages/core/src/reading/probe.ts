import { isLandfallError } from '../errors/landfall-error.ts';

/** What asking for something came to. */
export type Probe<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied'; readonly action: string; readonly resource?: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Without credentials, or after a cancel, no other probe would learn anything either. */
const hopeless = new Set([
  'CANCELLED',
  'CREDENTIALS_MISSING',
  'CREDENTIALS_EXPIRED',
  'CREDENTIALS_REFUSED',
  'CLOCK_SKEWED',
  'INTERNAL',
]);

/** Asks, best effort. `undefined` means that it does not exist. */
export async function probe<T>(ask: () => Promise<T | undefined>): Promise<Probe<T>> {
  try {
    const value = await ask();
    return value === undefined ? { kind: 'absent' } : { kind: 'found', value };
  } catch (thrown) {
    if (!isLandfallError(thrown) || hopeless.has(thrown.code)) throw thrown;
    const { action, resource, code } = thrown.facts;
    if (thrown.code === 'ACCESS_DENIED') {
      return {
        kind: 'denied',
        action: String(action),
        ...(typeof resource === 'string' && { resource }),
      };
    }
    // IAM's word for not found.
    const absent = thrown.code === 'NOT_FOUND' || String(code).startsWith('NoSuchEntity');
    return absent ? { kind: 'absent' } : { kind: 'failed', message: thrown.summary };
  }
}

import { type Redactor, shortestMaskedPart } from '@landfall/core/text/redactor';
import type { Log } from '@landfall/core/world/host';

/** Masks what is long enough, warns of the rest without showing it, and returns what was masked. */
export function maskIn(redactor: Redactor, log: Log, secret: string): readonly string[] {
  const { parts, tooShort } = redactor.add(secret);
  if (tooShort > 0) {
    log.warning(
      `a secret has ${tooShort === 1 ? 'a line' : `${tooShort} lines`} shorter than ${shortestMaskedPart} characters, not masked because masking them would blank the log`,
    );
  }
  return parts;
}

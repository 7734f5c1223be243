import { neutralise } from './neutralise.ts';

/** Shorter parts are not masked: `ab` or `true` as a secret would blank half of every log. */
export const shortestMaskedPart = 8;

interface Masking {
  /** The lines of the secret that are masked from now on, for a host that keeps masks of its own. */
  readonly parts: readonly string[];
  /** How many non-empty lines were too short to mask. */
  readonly tooShort: number;
}

/** Replaces secrets in text. Masks are only ever added. */
export interface Redactor {
  add(secret: string): Masking;
  redact(text: string): string;
}

/**
 * Each line of a secret of at least 8 characters is masked, as it is and in the encodings it is likely to be
 * printed in (Base64, URI, JSON, and as the log's sink leaves it).
 */
export function createRedactor(): Redactor {
  const needles = new Set<string>();
  let pattern: RegExp | undefined;
  return {
    add(secret) {
      const lines = secret
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
      const parts = [...new Set(lines.filter((line) => line.length >= shortestMaskedPart))];
      for (const part of parts) {
        for (const form of formsOf(part)) if (form.length >= shortestMaskedPart) needles.add(form);
      }
      // The longest first, so that a secret that begins with another one goes as a whole.
      const sorted = [...needles].sort((a, b) => b.length - a.length);
      pattern = sorted.length > 0 ? new RegExp(sorted.map(literal).join('|'), 'g') : undefined;
      return {
        parts,
        tooShort: lines.length - lines.filter((line) => line.length >= shortestMaskedPart).length,
      };
    },
    redact: (text) => (pattern ? text.replace(pattern, '***') : text),
  };
}

const formsOf = (part: string) => [
  part,
  neutralise(part).trim(),
  base64(part),
  base64(part).replace(/=+$/, ''),
  uri(part),
  JSON.stringify(part).slice(1, -1),
];

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** encodeURIComponent throws on a lone surrogate. */
const uri = (text: string) => encodeURIComponent(text.toWellFormed());

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * The sink every log line passes: inert for a runner, and without secrets. Redacted twice: before, because
 * capping a line could cut a secret in two; after, because dropping invisible characters could put one together.
 */
export const printable = (text: string, redactor: Redactor): string =>
  redactor.redact(neutralise(redactor.redact(text)));

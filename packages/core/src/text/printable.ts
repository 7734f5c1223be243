import { neutralise } from './neutralise.ts';
import type { Redactor } from './redactor.ts';

/**
 * The sink every log line passes: inert for a runner, and without secrets. Redacted twice: before, because
 * capping a line could cut a secret in two; after, because dropping invisible characters could put one together.
 */
export const printable = (text: string, redactor: Redactor): string =>
  redactor.redact(neutralise(redactor.redact(text)));

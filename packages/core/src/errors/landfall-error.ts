import { catalogue, type ErrorCode } from './catalogue.ts';
import { exitCodes } from './exit-codes.ts';

export interface ErrorParts {
  /** One line: what happened, with the names that matter. It may quote untrusted text; every sink neutralises it. */
  readonly summary: string;
  /** One imperative sentence. Defaults to the catalogue's. */
  readonly remedy?: string | undefined;
  /** Further lines for the log: a problem each, a stopped task each, the last lines of a log. */
  readonly details?: readonly string[] | undefined;
  /** The log shows what the details say already, each at its place. */
  readonly detailsLogged?: boolean | undefined;
  /** Plain data for `--output json`. Never a secret. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
  /** For a write: whether it may have taken effect although it failed. Default 'no'. */
  readonly applied?: 'no' | 'unknown' | undefined;
}

const mark = Symbol.for('landfall.error');

/** The one error class. Recognise it with `isLandfallError`, which holds across copies of this module. */
export class LandfallError extends Error {
  readonly code: ErrorCode;
  readonly summary: string;
  readonly remedy: string;
  readonly details: readonly string[];
  readonly detailsLogged: boolean;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly applied: 'no' | 'unknown';
  readonly [mark] = true;

  constructor(code: ErrorCode, parts: ErrorParts) {
    super(parts.summary, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'LandfallError';
    this.code = code;
    this.summary = parts.summary;
    this.remedy = parts.remedy ?? catalogue[code].remedy;
    this.details = parts.details ?? [];
    this.detailsLogged = parts.detailsLogged ?? false;
    this.facts = parts.facts ?? {};
    this.applied = parts.applied ?? 'no';
  }

  get exitCode(): number {
    return exitCodes[catalogue[this.code].exit].code;
  }
}

export const isLandfallError = (value: unknown, code?: ErrorCode): value is LandfallError =>
  typeof value === 'object' &&
  value !== null &&
  (value as { [mark]?: unknown })[mark] === true &&
  (code === undefined || (value as LandfallError).code === code);

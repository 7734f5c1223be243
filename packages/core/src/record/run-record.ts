import type { HostName, RunFacts } from '../world/host.ts';
import type { RunEvent } from './run-event.ts';
import type { RunResults } from './run-results.ts';
import type { SummaryBlock } from './summary-block.ts';

/** An error as plain data. */
export interface ErrorRecord {
  /** A code of docs/errors.md. */
  readonly code: string;
  /** One line: what happened, to what. */
  readonly summary: string;
  /** What to do next, one imperative sentence. */
  readonly remedy: string;
  readonly details: readonly string[];
  /** The log has the details already. */
  readonly detailsLogged: boolean;
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * Everything that is known of one run of an operation. Log, summary, annotations and `--output json` are made from it.
 * No sensitive input is in it, and what was masked is redacted, except in `outputs`.
 */
export interface RunRecord extends RunResults {
  /** A field may be added to version 1, and none is removed or changed. */
  readonly schemaVersion: 1;
  /** The version of Landfall. */
  readonly landfall: string;
  readonly operation: string;
  /** The operation, in a few words. */
  readonly title: string;
  /** Absent where the command line was refused before an operation began; so is `run`. */
  readonly host?: HostName;
  readonly run?: RunFacts;
  /** ISO 8601, as are all times. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly milliseconds: number;
  /** The inputs with a single value that were set, without sensitive ones. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly error?: ErrorRecord;
  readonly events: readonly RunEvent[];
  /** What the operation shows beyond its services and its error. */
  readonly summary: readonly SummaryBlock[];
  /** AWS requests sent, attempts included, by operation. */
  readonly calls: Readonly<Record<string, number>>;
}

/** One measured number. `params` show how it came to be: n, the Node version, the calls by operation. */
export interface Figure {
  /** `first-request/deploy-service`. */
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MB' | 'bytes' | 'calls' | 'calls/s' | 'throttles';
  readonly value: number;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a family of figures is given. */
export interface BenchContext {
  /** The repository's root. */
  readonly root: string;
  /** Runs of each thing; at least nine where a median is quoted. */
  readonly runs: number;
  /** A folder with a built action to compare with ours. */
  readonly against?: string | undefined;
  /** A folder of our own, removed at the end. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** Figures that are measured together, so that they can be interleaved and compared. */
export interface Family {
  readonly name: string;
  readonly description: string;
  measure(context: BenchContext): Promise<readonly Figure[]>;
}

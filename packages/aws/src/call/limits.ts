/** Milliseconds. The SDK itself waits forever: it has no default limit on an answer (see `perform.ts`). */
export interface Limits {
  /** Until a connection stands. */
  readonly connect: number;
  /** Until the first byte of the answer. */
  readonly answer: number;
  /** For one attempt, to the last byte. */
  readonly attempt: number;
  /** For one call with all its retries: no retry starts after this. */
  readonly call: number;
}

export const defaultLimits: Limits = { connect: 5000, answer: 15_000, attempt: 20_000, call: 60_000 };

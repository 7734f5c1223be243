/** Time limits of attempts that pass when the test says so: a slow machine then changes nothing. */
export function timeLimitByHand() {
  let current = new AbortController();
  return {
    timeLimit: (): AbortSignal => {
      current = new AbortController();
      return current.signal;
    },
    /** The attempt in progress has reached its time limit. */
    pass: (): void =>
      current.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
  };
}

/** Milliseconds: longer than any test. */
export const never = { connect: 3_600_000, answer: 3_600_000, attempt: 3_600_000 };

/** Time and chance, handed in so that a test can own both. */
export interface Clock {
  /** Wall time, milliseconds since the epoch. For showing and for comparing with a server; never for a deadline. */
  now(): number;
  /** Monotonic milliseconds since some fixed point. For deadlines and durations: it does not jump. */
  elapsed(): number;
  /**
   * Resolves after this many milliseconds, or at once when the signal aborts. It never rejects: check the
   * signal.
   */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /**
   * The same by the machine's own time, where `sleep` moves a virtual one: a limit on what lies outside the virtual
   * world, such as a registry, must not be reached because nothing else is waited for. By default `sleep`.
   */
  sleepReal?(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

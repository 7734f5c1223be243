/** What one attempt of a call came to when it did not come to an answer, as plain data. */
export interface Failure {
  /** The error's name; for an answer of AWS the API's own: `ClusterNotFoundException`. */
  readonly name: string;
  readonly message: string;
  /** Node's error code: `ECONNRESET`. */
  readonly errno?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** True when the answer was an error in the form that AWS uses. */
  readonly modelled: boolean;
  /** The `Date` header of the answer. */
  readonly serverDate?: string | undefined;
  /** Milliseconds, from the `Retry-After` header. */
  readonly retryAfter?: number | undefined;
  /** The SDK has learned the server's time from this answer: the next request is signed with it. */
  readonly skewCorrected: boolean;
  /** The request left, or may have. */
  readonly sent: boolean;
  /** Who ended it: our time limit for one attempt, or the caller's signal. */
  readonly ended?: 'limit' | 'caller' | undefined;
}

interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { httpStatusCode?: number; requestId?: string; clockSkewCorrected?: boolean };
  readonly $response?: { headers?: Record<string, string> };
}

/** The SDK adds this to every answer it cannot read; it tells our user nothing. */
const hint = /\s*Deserialization error: to see the raw response.*$/s;

export function failureOf(thrown: unknown, circumstances: Pick<Failure, 'sent' | 'ended'>): Failure {
  const error: Thrown = typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) };
  const headers = error.$response?.headers ?? {};
  const seconds = Number(headers['retry-after']);
  const message = String(error.message ?? '').replace(hint, '');
  return {
    name: String(error.name ?? 'Error'),
    // AggregateError of Node's happy-eyeballs has an empty message and the facts in its code.
    message: message || String(error.code ?? ''),
    errno: typeof error.code === 'string' ? error.code : undefined,
    status: error.$metadata?.httpStatusCode,
    requestId: error.$metadata?.requestId,
    modelled: error.$fault !== undefined,
    serverDate: headers.date,
    retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined,
    skewCorrected: error.$metadata?.clockSkewCorrected === true,
    ...circumstances,
  };
}

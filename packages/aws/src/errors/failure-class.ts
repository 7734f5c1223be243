import type { Failure } from './failure.ts';

export type FailureClass =
  /** AWS asked us to slow down; nothing was done. */
  | 'throttled'
  /**
   * ECS is registering another revision of the family at this moment; nothing was done. A caller that registers
   * reads back and retries.
   */
  | 'busy'
  /** No connection: the request never left. */
  | 'not-sent'
  /** It left, and no readable answer came back; a write may have been applied. */
  | 'lost'
  /** The clock of this machine is wrong, and the SDK now knows by how much. */
  | 'skewed'
  /** The clock of this machine is wrong. */
  | 'clock'
  /** Something answered that is not AWS. */
  | 'unreadable'
  /** The server's certificate is not trusted here. */
  | 'untrusted'
  | 'credentials-missing'
  | 'credentials-expired'
  | 'credentials-refused'
  | 'denied'
  | 'region-missing'
  | 'cancelled'
  /** AWS understood and said no. */
  | 'refused'
  | 'internal';

// The SDK's own table, less LimitExceededException, which in ECS means a quota and not a rate.
const throttling = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const expired = /^(?:ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
const credentialsRefused =
  /^(?:UnrecognizedClient(?:Exception)?|InvalidClientTokenId|InvalidAccessKeyId|MissingAuthenticationToken(?:Exception)?|IncompleteSignature(?:Exception)?|InvalidSignature(?:Exception)?|SignatureDoesNotMatch|AuthFailure|InvalidIdentityToken(?:Exception)?|IDPRejectedClaim(?:Exception)?)$/;
const clock =
  /Signature expired|Signature not yet current|RequestTimeTooSkewed|RequestInTheFuture|time is too skewed/i;
const denied = /^(?:AccessDenied(?:Exception)?|UnauthorizedOperation|NotAuthorized(?:Exception)?|Forbidden)$/;
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const connectionLost = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ERR_TLS|ERR_SSL/;
const credentialsSource = /CredentialsProviderError|TokenProviderError|ProviderError/;

/** One attempt's failure → what to think of it. Pure; the order of the questions is the point. */
export function failureClass(failure: Failure): FailureClass {
  const { name, message, errno = '', status, modelled, sent, ended } = failure;
  if (ended === 'caller') return 'cancelled';
  if (modelled && status !== undefined) return answeredClass(failure, status);
  if (ended === 'limit') return sent ? 'lost' : 'not-sent';
  if (credentialsSource.test(name)) {
    return /expired/i.test(message) ? 'credentials-expired' : 'credentials-missing';
  }
  if (/Region is missing/.test(message)) return 'region-missing';
  if (certificate.test(errno)) return 'untrusted';
  if (neverConnected.has(errno) || /did not establish a connection/.test(message)) return 'not-sent';
  if (
    connectionLost.has(errno) ||
    name === 'TimeoutError' ||
    name === 'AbortError' ||
    message === 'aborted'
  ) {
    return sent ? 'lost' : 'not-sent';
  }
  if (status === 429) return 'throttled';
  if (status !== undefined && status >= 500) return 'lost';
  if (status !== undefined) return 'unreadable';
  return 'internal';
}

function answeredClass({ name, message, skewCorrected }: Failure, status: number): FailureClass {
  if (throttling.has(name) || status === 429) return 'throttled';
  if (/Too many concurrent attempts to create a new revision/i.test(message)) return 'busy';
  const aboutTime = clock.test(message) || clock.test(name);
  // The SDK notes the server's time on any error; only a refused signature is reason to sign again.
  if (skewCorrected && status < 500 && (aboutTime || credentialsRefused.test(name))) return 'skewed';
  if (aboutTime) return 'clock';
  if (expired.test(name)) return 'credentials-expired';
  if (credentialsRefused.test(name)) return 'credentials-refused';
  if (denied.test(name) || /is not authorized to perform/.test(message)) return 'denied';
  // The answer to HEAD has no body that could say why.
  if (status === 403 && name === 'Unknown') return 'denied';
  return status >= 500 ? 'lost' : 'refused';
}

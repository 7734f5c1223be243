import { isLandfallError, type LandfallError } from '../errors/landfall-error.ts';

/** What a failed read means for the watch. */
type Trouble =
  /** Keep polling: the network, a throttle, a fault of AWS. */
  | 'passing'
  /** Keep polling for a while: an answer that is not AWS's. */
  | 'doubtful'
  /** Polling again cannot help. */
  | 'final';

export function troubleOf(error: unknown): Trouble {
  if (!isLandfallError(error)) return 'final';
  switch (error.code) {
    case 'THROTTLED':
    case 'ENDPOINT_UNREACHABLE':
      return 'passing';
    case 'RESPONSE_INVALID':
    case 'NOT_FOUND':
      return 'doubtful';
    default:
      return 'final';
  }
}

export const isDenied = (error: unknown): error is LandfallError => isLandfallError(error, 'ACCESS_DENIED');

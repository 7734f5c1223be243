import { isLandfallError, type LandfallError } from '../../errors/landfall-error.ts';

/**
 * Whether a registry cannot be read by this job: to push is one permission and to read another, and Docker Hub counts
 * reads against a limit (429) that a push does not meet.
 */
export const isUnreadable = (thrown: unknown): thrown is LandfallError =>
  isLandfallError(thrown, 'PUSH_DENIED') ||
  isLandfallError(thrown, 'ENDPOINT_UNREACHABLE') ||
  (isLandfallError(thrown) && thrown.facts.status === 429);

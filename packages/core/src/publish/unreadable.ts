import { isLandfallError, type LandfallError } from '../errors/landfall-error.ts';

/** Whether a registry cannot be read by this job: to push is one permission and to read another. */
export const isUnreadable = (thrown: unknown): thrown is LandfallError =>
  isLandfallError(thrown, 'PUSH_DENIED') || isLandfallError(thrown, 'ENDPOINT_UNREACHABLE');

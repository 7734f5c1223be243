import { describe } from '@landfall/core/errors/describe';
import { isLandfallError, LandfallError } from '@landfall/core/errors/landfall-error';

/** What the next try meets just the same: a name that does not exist, a certificate that is not trusted. */
const lasting = /^(?:ENOTFOUND$|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_)/;

/**
 * The error for a request that got no answer, or a part of one: `what` says so in words, and why follows. An
 * error of ours is passed on as it is.
 */
export function noAnswer(
  what: string,
  registry: string,
  thrown: unknown,
  signal?: AbortSignal,
): LandfallError {
  if (signal?.aborted || (thrown as Error)?.name === 'AbortError')
    return new LandfallError('CANCELLED', {
      summary: 'a request to a registry was cancelled',
      remedy: 'Run the step again: what the registry already holds is not sent twice.',
      cause: thrown,
    });
  if (isLandfallError(thrown)) return thrown;
  return new LandfallError('ENDPOINT_UNREACHABLE', {
    summary: `${what}: ${describe(thrown)}`,
    remedy: 'Check the network, the proxy settings and the name of the registry.',
    facts: { registry, transient: !lasting.test((thrown as NodeJS.ErrnoException)?.code ?? '') },
    cause: thrown,
  });
}

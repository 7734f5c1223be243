import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '@landfall/core/errors/catalogue';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { refusalOf } from '@landfall/core/registry/push/refusal';
import { formatDuration } from '@landfall/core/time/duration';
import type { RegistryTarget } from '@landfall/core/world/registry';
import { readBody } from './http.ts';

/** The catalogue speaks of pushes. */
const readRemedies: { readonly [code in ErrorCode]?: string } = {
  PUSH_DENIED:
    'Log in to this registry first, with permission to pull from this repository (for ECR: ecr:BatchGetImage and ecr:GetDownloadUrlForLayer).',
  REPOSITORY_MISSING: 'Check the name of the repository, and the account and the region of its registry.',
};

export const isNameUnknown = (error: LandfallError) =>
  Array.isArray(error.facts.codes) && error.facts.codes.includes('NAME_UNKNOWN');

/** The registry's error, in the OCI form `{ errors: [{ code, message }] }` or whatever it sent. */
export async function refusal(
  response: IncomingMessage,
  { registry, repository, reference }: RegistryTarget,
  doing: 'read' | 'write',
): Promise<LandfallError> {
  const text = Buffer.from(
    await readBody(response, 256 * 1024, registry).catch(() => new Uint8Array()),
  ).toString('utf8');
  const errors = parseErrors(text);
  const codes = errors.map(({ code }) => code);
  const message =
    errors
      .map((error) => error.message)
      .filter(Boolean)
      .join('; ') || text.slice(0, 300);
  const status = response.statusCode ?? 0;
  const found = refusalOf({ status, codes, text: message });
  const retryAfter = retryAfterOf(response);
  const later = retryAfter === undefined ? '' : ` (it asks to retry after ${formatDuration(retryAfter)})`;
  return new LandfallError(found.code, {
    summary: `${registry} refused to ${doing} ${repository} (${reference}): ${status}${message ? ` ${message}` : ''}${later}`,
    remedy: found.remedy ?? (doing === 'read' ? readRemedies[found.code] : undefined),
    facts: {
      registry,
      repository,
      reference,
      status,
      codes,
      transient: found.transient,
      ...(retryAfter !== undefined && { retryAfter }),
    },
  });
}

/** Milliseconds. Registries give seconds; a date, which is allowed as well, is not parsed. */
export function retryAfterOf({ headers }: IncomingMessage): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function parseErrors(text: string): readonly { readonly code: string; readonly message: string }[] {
  try {
    const { errors } = JSON.parse(text) as { errors?: { code?: string; message?: string }[] };
    return (errors ?? []).map(({ code = '', message = '' }) => ({ code, message }));
  } catch {
    // A proxy's page, or nothing: the status speaks.
    return [];
  }
}

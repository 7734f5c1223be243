import { createHash } from 'node:crypto';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { RegistryTarget } from '@landfall/core/world/registry';

export const digestForm = /^sha256:[0-9a-f]{64}$/;

/** The digest of the received content, which must be the one that was requested or announced. RESPONSE_INVALID */
export function checkDigest(
  bytes: Uint8Array,
  { registry, repository, reference }: RegistryTarget,
  told: string | undefined,
): string {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (told === undefined || told === digest) return digest;
  throw new LandfallError('RESPONSE_INVALID', {
    summary: `${registry} answered for ${repository} (${reference}) with content that has digest ${digest}, not ${told}`,
  });
}

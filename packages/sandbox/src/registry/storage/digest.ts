import { createHash, type Hash } from 'node:crypto';

/** `sha256:<64 hexadecimal digits>` or `sha512:<128>`. */
export const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export const algorithmOf = (digest: string): 'sha256' | 'sha512' =>
  digest.startsWith('sha512:') ? 'sha512' : 'sha256';

export const digestOf = (bytes: Buffer, algorithm: 'sha256' | 'sha512' = 'sha256'): string =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

/** The digest so far; the hash can be updated further. */
export const digestSoFar = (hash: Hash): string => `sha256:${hash.copy().digest('hex')}`;

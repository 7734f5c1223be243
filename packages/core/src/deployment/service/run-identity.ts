import { createHash } from 'node:crypto';
import type { RunFacts } from '../../world/host.ts';

/** Who a run is, the same at every attempt of it. Undefined where the host does not tell: nobody would find the mark. */
export const runIdentity = ({ origin, job, step }: RunFacts): string | undefined =>
  origin === undefined
    ? undefined
    : createHash('sha256')
        .update(JSON.stringify([origin, job ?? '', step ?? '']))
        .digest('base64url');

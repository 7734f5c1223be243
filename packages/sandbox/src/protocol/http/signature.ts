import type { IncomingHttpHeaders } from 'node:http';
import { AwsFault } from '../../api/aws-service.ts';

export interface Signature {
  readonly accessKeyId: string | undefined;
  readonly region: string | undefined;
  readonly service: string | undefined;
  readonly signedAt: number | undefined;
  readonly refused?: AwsFault;
}

/** Who calls, as the dispatcher takes it. A request that names no region is one of the sandbox's own. */
export const callerOf = ({ accessKeyId, region, signedAt }: Signature, ownRegion: string) => ({
  accessKeyId,
  region: region ?? ownRegion,
  ...(signedAt === undefined ? {} : { signedAt }),
});

const nothing: Signature = {
  accessKeyId: undefined,
  region: undefined,
  service: undefined,
  signedAt: undefined,
};

/**
 * Reads who signed, for which region and service, and when. The signature itself is not computed again: the
 * sandbox trusts its machine, and takes the access key's word for who calls.
 */
export function readSignature(headers: IncomingHttpHeaders): Signature {
  const authorization = headers.authorization;
  if (!authorization) return nothing;
  const refused = (message: string) => ({
    ...nothing,
    refused: new AwsFault('IncompleteSignatureException', message, { status: 403 }),
  });
  const scope =
    /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([\w-]+)\/([\w.-]+)\/aws4_request *, *SignedHeaders=[^,\s]+ *, *Signature=[0-9a-f]{64}$/.exec(
      authorization,
    );
  if (!scope) {
    return refused(
      `Authorization header requires 'Credential' parameter, 'Signature' parameter and 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64)`,
    );
  }
  const date = String(headers['x-amz-date'] ?? '');
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!basic) return refused(`Date must be in ISO-8601 'basic format'. Got '${date}'.`);
  const [year, month, day, hour, minute, second] = basic.slice(1).map(Number);
  return {
    accessKeyId: scope[1],
    region: scope[3],
    service: scope[4],
    signedAt: Date.UTC(year!, month! - 1, day!, hour!, minute!, second!),
  };
}

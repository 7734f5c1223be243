import type { AwsFault } from '../../api/aws-service.ts';
import type { RestAnswer } from '../../protocol/api.ts';
import { writeXml } from '../../protocol/http/query-protocol.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const xml = { 'Content-Type': 'application/xml' };

interface ObjectHead {
  readonly ETag: string;
  readonly ContentType: string;
  readonly LastModified: Date;
  readonly ContentLength: number;
  readonly Metadata: Readonly<Record<string, string>>;
  /** Base64. */
  readonly Body?: string;
}

/** An answer of S3 on the wire: of an object its headers and bytes, of everything else XML. */
// biome-ignore lint/suspicious/noExplicitAny: what the handler of the operation returns
export function writeS3Answer(operation: string, answer: any): RestAnswer {
  switch (operation) {
    case 'GetObject':
    case 'HeadObject': {
      const { ETag, ContentType, LastModified, ContentLength, Metadata, Body } = answer as ObjectHead;
      return {
        status: 200,
        headers: {
          ETag,
          'Content-Type': ContentType,
          'Last-Modified': LastModified.toUTCString(),
          'Accept-Ranges': 'bytes',
          ...Object.fromEntries(
            Object.entries(Metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
          ),
        },
        // The response to HEAD reports the length of the body that it omits.
        body: Body === undefined ? Buffer.alloc(ContentLength) : Buffer.from(Body, 'base64'),
      };
    }
    case 'PutObject':
      return { status: 200, headers: { ETag: answer.ETag }, body: '' };
    case 'DeleteObject':
    case 'DeleteBucket':
      return { status: 204, headers: {}, body: '' };
    case 'CreateBucket':
      return { status: 200, headers: { Location: answer.Location }, body: '' };
    case 'HeadBucket':
      return { status: 200, headers: { 'x-amz-bucket-region': answer.BucketRegion }, body: '' };
    case 'ListBuckets': {
      const { Owner, Buckets } = answer;
      return document('ListAllMyBucketsResult', { Owner, Buckets: { Bucket: Buckets } });
    }
    default:
      return document('ListBucketResult', answer);
  }
}

const document = (name: string, value: unknown): RestAnswer => ({
  status: 200,
  headers: xml,
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${writeXml(name, value, 'flat').replace('>', ` xmlns="${namespace}">`)}`,
});

/** The same failures under the names that S3 gives them: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const names: Readonly<Record<string, { code: string; status: number }>> = {
  MissingAuthenticationTokenException: { code: 'AccessDenied', status: 403 },
  IncompleteSignatureException: { code: 'AuthorizationHeaderMalformed', status: 400 },
  UnrecognizedClientException: { code: 'InvalidAccessKeyId', status: 403 },
  ExpiredTokenException: { code: 'ExpiredToken', status: 400 },
  InvalidSignatureException: { code: 'RequestTimeTooSkewed', status: 403 },
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  ThrottlingException: { code: 'SlowDown', status: 503 },
  UnknownOperationException: { code: 'NotImplemented', status: 501 },
  InternalFailure: { code: 'InternalError', status: 500 },
};

export const asS3Error = (error: AwsFault): { readonly code: string; readonly status: number } =>
  names[error.code] ?? error;

export function writeS3Error(error: AwsFault, requestId: string): RestAnswer {
  const { code, status } = asS3Error(error);
  const { BucketRegion, ...members } = error.members;
  return {
    status,
    headers: {
      ...xml,
      ...(BucketRegion === undefined ? {} : { 'x-amz-bucket-region': String(BucketRegion) }),
    },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${writeXml('Error', { Code: code, Message: error.message, ...members, RequestId: requestId }, 'flat')}`,
  };
}

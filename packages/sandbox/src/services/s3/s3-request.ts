import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsFault } from '../../api/aws-service.ts';
import type { RestCall, RestRequest } from '../../protocol/api.ts';
import { decodeAwsChunked } from './aws-chunked.ts';

/**
 * Queries that do not select an operation: the SDK's name of the operation, and what the CLI always
 * sends.
 */
const silent = new Set(['x-id', 'encoding-type', 'fetch-owner']);

/**
 * The requested operation, by method, path (`/bucket/key`: the path style) and query.
 * @throws NotImplemented for what the sandbox has not, BadDigest and the like for a body that is not as
 * announced
 */
export function readS3Request({ method, url, headers, body }: RestRequest): RestCall {
  if (!body) throw new AwsFault('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  const [path = '/', search = ''] = url.split('?', 2) as [string, string?];
  const query = new URLSearchParams(search);
  for (const name of silent) query.delete(name);
  const [, bucket = '', rest] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  const name = { Bucket: decoded(bucket), ...(rest ? { Key: decoded(rest) } : {}) };
  const level = bucket === '' ? 'service' : rest ? 'object' : 'bucket';
  const listing = query.get('list-type') === '2';
  switch (`${method} ${level}`) {
    case 'GET service':
      return asked(query, [], 'ListBuckets', {});
    case 'PUT bucket':
      return asked(query, [], 'CreateBucket', { ...name, ...configuration(body) });
    case 'HEAD bucket':
      return asked(query, [], 'HeadBucket', name);
    case 'DELETE bucket':
      return asked(query, [], 'DeleteBucket', name);
    case 'GET bucket':
      if (!listing) break;
      return asked(query, ['list-type', ...Object.keys(listParameters)], 'ListObjectsV2', {
        ...name,
        ...listInput(query),
      });
    case 'PUT object':
      if (headers['x-amz-copy-source'] !== undefined) break;
      return asked(query, [], 'PutObject', {
        ...name,
        Body: contentOf(headers, body).toString('base64'),
        ...(headers['content-type'] && { ContentType: headers['content-type'] }),
        Metadata: metadataIn(headers),
      });
    case 'GET object':
      return asked(query, [], 'GetObject', name);
    case 'HEAD object':
      return asked(query, [], 'HeadObject', name);
    case 'DELETE object':
      return asked(query, [], 'DeleteObject', name);
  }
  throw notImplemented();
}

const listParameters: Readonly<Record<string, string>> = {
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'max-keys': 'MaxKeys',
  'continuation-token': 'ContinuationToken',
  'start-after': 'StartAfter',
};

const listInput = (query: URLSearchParams) =>
  Object.fromEntries(
    Object.entries(listParameters).flatMap(([parameter, member]) => {
      const value = query.get(parameter);
      return value === null ? [] : [[member, member === 'MaxKeys' ? Number(value) : value] as const];
    }),
  );

/** A query that we do not know asks for something else: `?acl`, `?tagging`, `?uploads`. */
function asked(query: URLSearchParams, known: readonly string[], operation: string, input: object): RestCall {
  if ([...query.keys()].some((name) => !known.includes(name))) throw notImplemented();
  return { operation, input: { ...input } };
}

const notImplemented = () =>
  new AwsFault(
    'NotImplemented',
    'A header or query you provided implies functionality that is not implemented.',
    {
      status: 501,
    },
  );

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw new AwsFault('InvalidURI', "Couldn't parse the specified URI.");
  }
}

const configuration = (body: Buffer) => {
  const [, constraint] =
    /<LocationConstraint>([^<]*)<\/LocationConstraint>/.exec(body.toString('utf8')) ?? [];
  return constraint ? { CreateBucketConfiguration: { LocationConstraint: constraint } } : {};
};

const metadataIn = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), String(value)] as const] : [],
    ),
  );

/** The bytes of an object, checked against what the headers say of them. */
function contentOf(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  const sum = String(headers['x-amz-content-sha256'] ?? '');
  const content = sum.startsWith('STREAMING-') ? decodeAwsChunked(body) : body;
  const length = headers['x-amz-decoded-content-length'];
  if (content === undefined || (length !== undefined && Number(length) !== content.length)) {
    throw new AwsFault(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
  const hashed = (algorithm: 'sha256' | 'md5') => createHash(algorithm).update(content);
  if (/^[0-9a-f]{64}$/.test(sum) && sum !== hashed('sha256').digest('hex')) {
    throw new AwsFault(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== hashed('md5').digest('base64')) {
    throw new AwsFault('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  return content;
}

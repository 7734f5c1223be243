import { createHash } from 'node:crypto';
import { AwsFault, type AwsService } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { type Bucket, type Buckets, noSuchBucket, noSuchKey, type StoredObject } from './buckets.ts';

interface S3Parts {
  readonly buckets: Buckets;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  changed(): void;
}

type Operation = OperationOf<S3Parts>;

const fault = ({ code, message }: { code: string; message: string }, status: number, members = {}) =>
  new AwsFault(code, message, { status, members });
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^(?!\d{1,3}(?:\.\d{1,3}){3}$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** S3 keeps no parts of a second. */
const shownTime = (time: number) => new Date(Math.floor(time / 1000) * 1000);

/** IAM's name of what an operation does, where it is not the operation's own. */
const actions: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  HeadBucket: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListBuckets: 's3:ListAllMyBuckets',
};

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function bucketOf({ buckets, region }: S3Parts, input: any): Bucket {
  const bucket = buckets.get(String(input.Bucket ?? ''));
  if (!bucket) throw fault(noSuchBucket, 404, { BucketName: input.Bucket });
  if (bucket.region !== region) {
    const message =
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
    throw fault({ code: 'PermanentRedirect', message }, 301, { BucketRegion: bucket.region });
  }
  return bucket;
}

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function objectOf(parts: S3Parts, input: any): StoredObject {
  const object = bucketOf(parts, input).objects.get(String(input.Key ?? ''));
  if (!object) throw fault(noSuchKey, 404, { Key: input.Key });
  return object;
}

const CreateBucket: Operation = ({ region, buckets, accountId, changed }, input, { clock }) => {
  const name = String(input.Bucket ?? '');
  if (!bucketName.test(name)) {
    throw fault({ code: 'InvalidBucketName', message: 'The specified bucket is not valid.' }, 400);
  }
  const constraint = input.CreateBucketConfiguration?.LocationConstraint ?? 'us-east-1';
  if (constraint !== region) {
    const message = `The ${constraint === 'us-east-1' ? 'unspecified' : constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`;
    throw fault({ code: 'IllegalLocationConstraintException', message }, 400);
  }
  const existing = buckets.get(name);
  if (existing && existing.accountId !== accountId) {
    const message = 'The requested bucket name is not available. Select a different name and try again.';
    throw fault({ code: 'BucketAlreadyExists', message }, 409);
  }
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: in us-east-1 creating it again succeeds.
  if (existing && region !== 'us-east-1') {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw fault({ code: 'BucketAlreadyOwnedByYou', message }, 409);
  }
  if (!existing) {
    buckets.set(name, { name, region, accountId, created: clock.now(), objects: new Map() });
    changed();
  }
  return { Location: `/${name}` };
};

const HeadBucket: Operation = (parts, input) => ({ BucketRegion: bucketOf(parts, input).region });

const ListBuckets: Operation = ({ accountId, buckets }) => ({
  Owner: { ID: createHash('sha256').update(accountId).digest('hex') },
  Buckets: [...buckets.values()]
    .filter((bucket) => bucket.accountId === accountId)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, created }) => ({ Name: name, CreationDate: shownTime(created) })),
});

const DeleteBucket: Operation = (parts, input) => {
  const { buckets, changed } = parts;
  const { name, objects } = bucketOf(parts, input);
  if (objects.size > 0) {
    const message = 'The bucket you tried to delete is not empty';
    throw fault({ code: 'BucketNotEmpty', message }, 409);
  }
  buckets.delete(name);
  changed();
};

const PutObject: Operation = (parts, input, { clock }) => {
  const { changed } = parts;
  const { objects } = bucketOf(parts, input);
  const bytes = Buffer.from(String(input.Body ?? ''), 'base64');
  const key = String(input.Key ?? '');
  if (Buffer.byteLength(key) > 1024)
    throw fault({ code: 'KeyTooLongError', message: 'Your key is too long' }, 400);
  const etag = createHash('md5').update(bytes).digest('hex');
  objects.set(key, {
    key,
    body: bytes.toString('base64'),
    etag,
    size: bytes.length,
    modified: clock.now(),
    contentType: String(input.ContentType ?? 'binary/octet-stream'),
    metadata: input.Metadata ?? {},
  });
  changed();
  return { ETag: `"${etag}"` };
};

const HeadObject: Operation = (parts, input) => headOf(objectOf(parts, input));

const GetObject: Operation = (parts, input) => {
  const object = objectOf(parts, input);
  return { ...headOf(object), Body: object.body };
};

const DeleteObject: Operation = (parts, input) => {
  const { changed } = parts;
  bucketOf(parts, input).objects.delete(String(input.Key ?? ''));
  changed();
  return {};
};

const ListObjectsV2: Operation = (parts, input) => {
  const { name, objects } = bucketOf(parts, input);
  const prefix = String(input.Prefix ?? '');
  const delimiter = String(input.Delimiter ?? '');
  const limit = input.MaxKeys ?? 1000;
  const entries = new Map<string, StoredObject | undefined>();
  for (const object of [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (!object.key.startsWith(prefix) || object.key <= String(input.StartAfter ?? '')) continue;
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (end < 0) entries.set(object.key, object);
    else entries.set(object.key.slice(0, end + delimiter.length), undefined);
  }
  const shown = page([...entries], ([key]) => key, {
    limit,
    token: input.ContinuationToken,
    invalid: () =>
      fault({ code: 'InvalidArgument', message: 'The continuation token provided is incorrect' }, 400),
  });
  return {
    Name: name,
    Prefix: prefix,
    ...(delimiter === '' ? {} : { Delimiter: delimiter }),
    MaxKeys: limit,
    KeyCount: shown.items.length,
    IsTruncated: shown.nextToken !== undefined,
    NextContinuationToken: shown.nextToken,
    Contents: shown.items.flatMap(([, object]) => (object ? [listed(object)] : [])),
    CommonPrefixes: shown.items.flatMap(([key, object]) => (object ? [] : [{ Prefix: key }])),
  };
};

/** S3 for small files: buckets, and objects that are put in one part. No versions, no access lists, no tags. */
export function createS3Service(parts: S3Parts): AwsService {
  const { buckets, accountId, region, partition } = parts;
  const handlers = handlersOf(parts, {
    CreateBucket,
    HeadBucket,
    ListBuckets,
    DeleteBucket,
    PutObject,
    HeadObject,
    GetObject,
    DeleteObject,
    ListObjectsV2,
  });
  return {
    handlers,
    authorize(operation, input) {
      const arn = `arn:${partition}:s3:::${input.Bucket ?? ''}`;
      return {
        action: actions[operation] ?? `s3:${operation}`,
        resources: [
          operation === 'ListBuckets' ? '*' : input.Key === undefined ? arn : `${arn}/${input.Key}`,
        ],
      };
    },
    save: () =>
      [...buckets.values()]
        .filter((bucket) => bucket.accountId === accountId && bucket.region === region)
        .map((bucket) => ({ ...bucket, objects: [...bucket.objects.values()] })),
    restore(state) {
      for (const bucket of state as readonly (Omit<Bucket, 'objects'> & { objects: StoredObject[] })[])
        buckets.set(bucket.name, {
          ...bucket,
          objects: new Map(bucket.objects.map((object) => [object.key, object])),
        });
    },
  };
}

const headOf = ({ etag, size, modified, contentType, metadata }: StoredObject) => ({
  ETag: `"${etag}"`,
  ContentLength: size,
  ContentType: contentType,
  LastModified: shownTime(modified),
  Metadata: metadata,
});

const listed = ({ key, etag, size, modified }: StoredObject) => ({
  Key: key,
  LastModified: shownTime(modified),
  ETag: `"${etag}"`,
  Size: size,
  StorageClass: 'STANDARD',
});

import type { FileStore } from '../../ports/files.ts';

/** A bucket and what is in it. Its name is taken for every account and region. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly created: number;
  /** By key. */
  readonly objects: Map<string, StoredObject>;
}

export interface StoredObject {
  readonly key: string;
  /** Base64. */
  readonly body: string;
  /** MD5 in hexadecimal, as an upload in one part has it. */
  readonly etag: string;
  readonly size: number;
  /** Epoch milliseconds; S3 shows whole seconds. */
  readonly modified: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export type Buckets = Map<string, Bucket>;
export const createBuckets = (): Buckets => new Map();

export const noSuchKey = { code: 'NoSuchKey', message: 'The specified key does not exist.' } as const;
export const noSuchBucket = { code: 'NoSuchBucket', message: 'The specified bucket does not exist' } as const;

export const createFileStore = (buckets: Buckets): FileStore => ({
  read(arn) {
    const [, name = '', key = ''] = /^arn:[^:]*:s3:::([^/]+)\/(.+)$/.exec(arn) ?? [];
    const bucket = buckets.get(name);
    if (!bucket) return { kind: 'missing', ...noSuchBucket };
    const object = bucket.objects.get(key);
    if (!object) return { kind: 'missing', ...noSuchKey };
    return { kind: 'found', text: Buffer.from(object.body, 'base64').toString('utf8') };
  },
});

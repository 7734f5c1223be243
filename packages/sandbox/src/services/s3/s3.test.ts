import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as s3 from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { startSandbox } from '../../sandbox.ts';
import { sandboxForTests } from '../../testing/started.ts';
import { decodeAwsChunked } from './aws-chunked.ts';

describe('S3 for an SDK', () => {
  const running = sandboxForTests();
  const client = (env: Readonly<Record<string, string>> = running().environment(), region = 'us-east-1') =>
    new s3.S3Client({
      region,
      endpoint: env.AWS_ENDPOINT_URL!,
      credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
      followRegionRedirects: true,
      maxAttempts: 1,
    });
  const at = (Key: string) => ({ Bucket: 'settings', Key });
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error) => [error.name, error.$metadata.httpStatusCode],
    );

  test('an object is put, described and had back as it was', async () => {
    const s3Client = client();
    await s3Client.send(new s3.CreateBucketCommand({ Bucket: 'settings' }));
    const Body = 'A=1\nÜ=%2F\n';
    const ETag = `"${createHash('md5').update(Body).digest('hex')}"`;
    expect(
      await s3Client.send(
        new s3.PutObjectCommand({
          ...at('web app/ü+1.env'),
          Body,
          ContentType: 'text/plain',
          Metadata: { team: 'web' },
        }),
      ),
    ).toMatchObject({ ETag });
    const head = await s3Client.send(new s3.HeadObjectCommand(at('web app/ü+1.env')));
    expect(head).toMatchObject({
      ETag,
      ContentLength: Buffer.byteLength(Body),
      ContentType: 'text/plain',
      Metadata: { team: 'web' },
    });
    expect(head.LastModified!.getMilliseconds()).toBe(0);
    const got = await s3Client.send(new s3.GetObjectCommand(at('web app/ü+1.env')));
    expect(await got.Body!.transformToString()).toBe(Body);
  });

  test('what does not exist is reported as by S3, HEAD without a body', async () => {
    const s3Client = client();
    expect(await failure(s3Client.send(new s3.GetObjectCommand(at('none'))))).toEqual(['NoSuchKey', 404]);
    expect(await failure(s3Client.send(new s3.HeadObjectCommand(at('none'))))).toEqual(['NotFound', 404]);
    expect(await failure(s3Client.send(new s3.GetObjectCommand({ Bucket: 'nobody', Key: 'x' })))).toEqual([
      'NoSuchBucket',
      404,
    ]);
    expect(
      await failure(
        s3Client.send(new s3.PutBucketTaggingCommand({ Bucket: 'settings', Tagging: { TagSet: [] } })),
      ),
    ).toEqual(['NotImplemented', 501]);
  });

  test('a list comes in pages, with the folders that a delimiter makes', async () => {
    const s3Client = client();
    for (const key of ['list/a', 'list/b/1', 'list/b/2', 'list/c'])
      await s3Client.send(new s3.PutObjectCommand({ ...at(key), Body: key }));
    const first = await s3Client.send(
      new s3.ListObjectsV2Command({ Bucket: 'settings', Prefix: 'list/', Delimiter: '/', MaxKeys: 2 }),
    );
    expect(first).toMatchObject({
      IsTruncated: true,
      Contents: [{ Key: 'list/a', Size: 6 }],
      CommonPrefixes: [{ Prefix: 'list/b/' }],
    });
    const second = await s3Client.send(
      new s3.ListObjectsV2Command({
        Bucket: 'settings',
        Prefix: 'list/',
        Delimiter: '/',
        ContinuationToken: first.NextContinuationToken,
      }),
    );
    expect(second).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'list/c' }] });
    expect((await s3Client.send(new s3.ListBucketsCommand({}))).Buckets).toMatchObject([
      { Name: 'settings' },
    ]);
  });

  test('a bucket of another region is found where its region is told', async () => {
    const there = client(running().environment(), 'eu-west-1');
    await there.send(
      new s3.CreateBucketCommand({
        Bucket: 'europe',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    await there.send(new s3.PutObjectCommand({ Bucket: 'europe', Key: 'a', Body: 'a' }));
    const head = await client().send(new s3.HeadObjectCommand({ Bucket: 'europe', Key: 'a' }));
    expect(head.ContentLength).toBe(1);
  });

  test('a bucket is deleted when it is empty, and its name is checked', async () => {
    const s3Client = client();
    await s3Client.send(new s3.CreateBucketCommand({ Bucket: 'shortlived' }));
    await s3Client.send(new s3.PutObjectCommand({ Bucket: 'shortlived', Key: 'a', Body: 'a' }));
    const deletion = () => s3Client.send(new s3.DeleteBucketCommand({ Bucket: 'shortlived' }));
    expect(await failure(deletion())).toEqual(['BucketNotEmpty', 409]);
    await s3Client.send(new s3.DeleteObjectCommand({ Bucket: 'shortlived', Key: 'a' }));
    await deletion();
    expect(await failure(s3Client.send(new s3.HeadBucketCommand({ Bucket: 'shortlived' })))).toEqual([
      'NotFound',
      404,
    ]);
    expect(await failure(s3Client.send(new s3.CreateBucketCommand({ Bucket: 'Upper_case' })))).toEqual([
      'InvalidBucketName',
      400,
    ]);
  });

  test('the journal tells that an object was put, and not what is in it', () => {
    const [put] = running()
      .journal()
      .filter(({ operation }) => operation === 'PutObject');
    expect(put).toMatchObject({
      service: 's3',
      status: 200,
      input: {
        Bucket: 'settings',
        Key: 'web app/ü+1.env',
        Body: expect.stringMatching(/^\(\d+ characters\)$/),
      },
    });
  });
});

test('who may read an object needs s3:GetObject on it, for HEAD too', async () => {
  const sandbox = await startSandbox({ enforce: true });
  try {
    await sandbox.dispatch('s3', 'CreateBucket', { Bucket: 'settings' });
    const put = (Key: string) =>
      sandbox.dispatch('s3', 'PutObject', { Bucket: 'settings', Key, Body: btoa('A=1') });
    await put('web.env');
    await put('api.env');
    const { accessKeyId } = sandbox.addPrincipal({
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::settings/web.env' }],
      },
    });
    const head = (Key: string) =>
      sandbox.dispatch('s3', 'HeadObject', { Bucket: 'settings', Key }, accessKeyId);
    await expect(head('web.env')).resolves.toMatchObject({ ContentLength: 3 });
    await expect(head('api.env')).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining('s3:GetObject on resource: arn:aws:s3:::settings/api.env'),
    });
  } finally {
    await sandbox.close();
  }
});

test('objects are there after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-s3-'));
  try {
    const first = await startSandbox({ folder });
    await first.dispatch('s3', 'CreateBucket', { Bucket: 'settings' });
    await first.dispatch('s3', 'PutObject', { Bucket: 'settings', Key: 'a.env', Body: btoa('A=1') });
    await first.close();
    const second = await startSandbox({ folder });
    expect(await second.dispatch('s3', 'GetObject', { Bucket: 'settings', Key: 'a.env' })).toMatchObject({
      Body: btoa('A=1'),
    });
    await second.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each<[string, string, string | undefined]>([
  [
    'chunks that are signed',
    '4;chunk-signature=ab\r\nWiki\r\n5;chunk-signature=cd\r\npedia\r\n0;chunk-signature=ef\r\n\r\n',
    'Wikipedia',
  ],
  ['a checksum behind the last one', '4\r\nWiki\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n', 'Wiki'],
  ['nothing', '0\r\n\r\n', ''],
  ['a chunk that is cut off', '9\r\nWiki', undefined],
  ['no last chunk', '4\r\nWiki\r\n', undefined],
  ['no chunks', 'Wiki', undefined],
])('a body in chunks: %s', (_name, body, content) => {
  expect(decodeAwsChunked(Buffer.from(body))?.toString()).toBe(content);
});

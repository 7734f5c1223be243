import { expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { createAws } from '../aws.ts';

test('a file is checked with HEAD in the region of its bucket, and a refusal without a body is handled', async () => {
  const sandbox = await startSandbox({ enforce: true });
  try {
    const inRegion = (region: string, operation: string, input: object) =>
      sandbox.dispatch('s3', operation, input, { region });
    for (const [Bucket, region] of [
      ['settings', 'us-east-1'],
      ['europe', 'eu-west-1'],
    ] as const) {
      const CreateBucketConfiguration = { LocationConstraint: region };
      await inRegion(region, 'CreateBucket', {
        Bucket,
        ...(region !== 'us-east-1' && { CreateBucketConfiguration }),
      });
      await inRegion(region, 'PutObject', { Bucket, Key: 'web.env', Body: btoa('A=1') });
    }
    const { accessKeyId } = sandbox.addPrincipal({
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::*/*.env' }],
      },
    });
    const s3 = await (
      await createAws({
        env: { ...sandbox.environment(accessKeyId), HOME: '/nowhere' },
        clock: virtualClock(),
        operation: 'deploy-service',
        version: '0',
      })
    ).s3();
    const head = (Bucket: string, Key: string) => s3.headObject({ Bucket, Key });
    for (const bucket of ['settings', 'europe'])
      await expect(head(bucket, 'web.env')).resolves.toMatchObject({ LastModified: expect.any(Date) });
    await expect(head('settings', 'none.env')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(head('settings', 'secret.txt')).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      summary: 'the caller lacks s3:GetObject',
      facts: { action: 's3:GetObject', operation: 's3:HeadObject', httpStatus: 403 },
    });
    expect(sandbox.journal().filter(({ operation }) => operation === 'GetObject')).toEqual([]);
  } finally {
    await sandbox.close();
  }
});

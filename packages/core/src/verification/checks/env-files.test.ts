import { expect, test } from '@jest/globals';
import { LandfallError } from '../../errors/landfall-error.ts';
import { fakeWorld } from '../../testing/fake-world.ts';
import { checkEnvFiles, readEnvFiles } from './env-files.ts';

const check = async (value: string, answer: () => Promise<object>) => {
  const world = fakeWorld({ aws: { s3: { headObject: answer as never } } });
  const environmentFiles = [{ type: 's3' as const, value }];
  const taskDefinition = { family: 'web', containerDefinitions: [{ name: 'app', environmentFiles }] };
  const [found] = checkEnvFiles({ taskDefinition }, await readEnvFiles({ taskDefinition }, world));
  return { ...found, asked: world.requests };
};
const fails = (error: LandfallError) => () => Promise.reject(error);
const file = 'arn:aws:s3:::settings/web/prod.env';

test('an environment file is asked about by HEAD', async () => {
  expect(await check(file, async () => ({ LastModified: new Date() }))).toEqual({
    area: 'env-file',
    subject: 'app',
    state: 'OK',
    message: `reads ${file}, which exists`,
    asked: [{ operation: 's3:HeadObject', input: { Bucket: 'settings', Key: 'web/prod.env' } }],
  });
});

test.each<[string, string, () => Promise<object>, object]>([
  [
    'does not exist',
    file,
    fails(new LandfallError('NOT_FOUND', { summary: 'no' })),
    {
      state: 'ERROR',
      message: `reads ${file}, which does not exist`,
      remedy: 'Upload the file first, or correct environmentFiles.',
    },
  ],
  [
    'may not be read',
    file,
    fails(new LandfallError('ACCESS_DENIED', { summary: 'no', facts: { action: 's3:GetObject' } })),
    {
      state: 'WARN',
      message: 'could not be checked: the caller lacks s3:GetObject',
      remedy: 'Allow s3:GetObject to the role of this job, so that this can be checked.',
    },
  ],
  [
    'is no object in S3',
    's3://settings/web.env',
    async () => ({}),
    {
      state: 'ERROR',
      message: 'reads s3://settings/web.env, which is not the ARN of an object in S3',
      remedy: 'Specify it as arn:aws:s3:::bucket/key.',
      asked: [],
    },
  ],
])('one that %s', async (_name, value, answer, expected) => {
  expect(await check(value, answer)).toMatchObject(expected);
});

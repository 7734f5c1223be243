import { expect, test } from '@jest/globals';
import { type MatrixFormat, matrixFormats, matrixJobs, matrixText } from './matrix.ts';
import { sentenceOf } from './problem.ts';
import { readManifest } from './read-manifest.ts';

const role = (account: string) => `arn:aws:iam::${account.repeat(12)}:role/deploy`;
const manifestOf = (environments: string) => `landfall: 1
name: shop
services: { web: { taskDefinition: web.json } }
environments:
${environments}`;

const read = async (environments: string) => {
  const manifest = await readManifest(manifestOf(environments), 'landfall.yml');
  const { jobs, problems } = matrixJobs(manifest);
  return { jobs, sentences: [...manifest.problems, ...problems].map(sentenceOf) };
};

const three = `  live: { region: [eu-west-1, us-east-1], role: "${role('3')}", account: "333333333333", needs: [stage, dev] }
  stage: { region: eu-west-1, role: "${role('2')}", needs: dev }
  dev: { region: eu-west-1, role: "${role('1')}" }
`;

test('each environment and region has a job, after those that the environment needs', async () => {
  const { jobs, sentences } = await read(three);
  expect(sentences).toEqual([]);
  const live = {
    environment: 'live',
    role: role('3'),
    account: '333333333333',
    needs: ['stage-eu-west-1', 'dev-eu-west-1'],
  };
  expect(jobs).toEqual([
    { id: 'dev-eu-west-1', environment: 'dev', region: 'eu-west-1', role: role('1'), needs: [] },
    {
      id: 'stage-eu-west-1',
      environment: 'stage',
      region: 'eu-west-1',
      role: role('2'),
      needs: ['dev-eu-west-1'],
    },
    { id: 'live-eu-west-1', region: 'eu-west-1', ...live },
    { id: 'live-us-east-1', region: 'us-east-1', ...live },
  ]);
});

test('what a job lacks, and a circle, are problems at their lines', async () => {
  const { sentences } = await read(`  dev: { needs: liev }
  one: { region: eu-west-1, role: "${role('1')}", needs: two }
  two: { region: eu-west-1, role: "${role('1')}", needs: one }
`);
  expect(sentences).toEqual([
    'landfall.yml:5:10: environments.dev.needs names the environment liev, which does not exist (did you mean "dev"?): the environments are dev, one, two',
    'landfall.yml:6:3: environments.one needs itself: one → two → one',
    'landfall.yml:7:3: environments.two needs itself: two → one → two',
    'landfall.yml:5:3: environments.dev has no region and no role, which each job of a matrix has to itself',
  ]);
});

test('GitHub gets a matrix for each stage', async () => {
  const text = await matrixText('github', (await read(three)).jobs, undefined);
  const live = { environment: 'live', role: role('3'), account: '333333333333' };
  expect(JSON.parse(text)).toEqual([
    { include: [{ environment: 'dev', region: 'eu-west-1', role: role('1') }] },
    { include: [{ environment: 'stage', region: 'eu-west-1', role: role('2') }] },
    {
      include: [
        { ...live, region: 'eu-west-1' },
        { ...live, region: 'us-east-1' },
      ],
    },
  ]);
});

test('the job that each entry runs can be another one', async () => {
  const { jobs } = await read(three);
  const texts = await Promise.all(matrixFormats.map((format) => matrixText(format, jobs, 'mine')));
  expect(texts.map((text) => text.split('mine').length - 1)).toEqual([0, 4, 4, 4]);
});

test.each<[MatrixFormat, number]>([
  ['github', 256],
  ['codebuild', 100],
])('%s starts at most %s jobs', async (format, most) => {
  const { jobs: some } = await read(`  dev: { region: eu-west-1, role: "${role('1')}" }`);
  const jobs = some.flatMap((job) =>
    Array.from({ length: most + 1 }, (_, index) => ({ ...job, id: String(index) })),
  );
  await expect(matrixText(format, jobs.slice(1), undefined)).resolves.toContain('dev');
  await expect(matrixText(format, jobs, undefined)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    summary: `matrix has ${most + 1} jobs, but ${format} starts at most ${most}`,
  });
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { stored } from '../buildx/stored.ts';
import { removeImages } from '../image-world.ts';
import { dockerfile, type ImageJob, imageJob, onEngine } from './image-job.ts';

onEngine('a job that is run again in a repository whose tags are immutable but `latest`', () => {
  let sandbox: Sandbox;
  let job: ImageJob;
  let registry: string;
  beforeAll(async () => {
    sandbox = await startSandbox({ enforce: true });
    await sandbox.dispatch('ecr', 'CreateRepository', {
      repositoryName: 'web',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest' }],
    });
    job = imageJob({ sandbox, files: { Dockerfile: dockerfile() } });
    registry = (await job.step('ecr-login')).outputs.registry!;
  });
  afterAll(async () => {
    await job.end();
    await sandbox.close();
    removeImages(`${registry}/web:0123456`, `${registry}/web:latest`);
  });

  const push = (inputs: Readonly<Record<string, string>> = {}) =>
    job.step('build-push', {
      registry,
      repository: 'web',
      tags: 'latest\nsha',
      'no-cache': 'true',
      ...inputs,
    });
  const digests = async () =>
    await Promise.all(['0123456', 'latest'].map(async (tag) => (await stored(sandbox, 'web', tag)).digest));

  test('leaves both tags on the first build, though it built other bytes of the same content', async () => {
    const first = await push();
    expect(first).toMatchObject({ exitCode: 0, outputs: { verified: 'true' } });
    const { digest } = first.outputs;
    expect(await digests()).toEqual([digest, digest]);

    const again = await push();
    expect(again).toMatchObject({ exitCode: 0, outputs: { digest, verified: 'true' } });
    // The time of the build is in its label, so that its bytes are others.
    expect(again.outputs.imageid).not.toBe(first.outputs.imageid);
    expect(await digests()).toEqual([digest, digest]);
  });

  test('moves nothing when it built other content', async () => {
    const [before] = await digests();
    const step = await push({ labels: 'other=content' });
    expect(step.exitCode).toBe(1);
    expect(step.raw).toContain(
      `${registry}/web:0123456 is immutable and holds ${before}, not the image of this run`,
    );
    expect(await digests()).toEqual([before, before]);
  });
});

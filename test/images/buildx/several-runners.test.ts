import { expect, test } from '@jest/globals';
import { dockerfile } from '../jobs/image-job.ts';
import { onBuildx } from './buildx-job.ts';
import { stored } from './stored.ts';

onBuildx('a build spread over several runners', ['team/web'], (bench) => {
  test('each pushes its platform by digest, and an index of both with their attestations gets the tags', async () => {
    const digests: string[] = [];
    for (const platforms of ['linux/amd64', 'linux/arm64']) {
      const job = await bench().job({ files: { Dockerfile: dockerfile() } });
      const step = await job.build({
        platforms,
        provenance: 'mode=max',
        registry: '',
        outputs: `type=image,name=${job.registry}/team/web,push-by-digest=true,name-canonical=true,push=true`,
      });
      if (step.exitCode !== 0) console.log(step.log.join('\n'));
      expect(step.exitCode).toBe(0);
      expect(step.outputs).toMatchObject({
        image: `${job.registry}/team/web@${step.outputs.digest}`,
        verified: 'true',
      });
      expect(step.outputs).not.toHaveProperty('tags');
      digests.push(step.outputs.digest!);
      await job.end();
      expect(job.leftovers()).toEqual([]);
    }

    const job = await bench().job();
    const step = await job.step('create-image-index', {
      registry: job.registry,
      repository: 'team/web',
      digests: digests.join('\n'),
      platforms: 'linux/amd64,linux/arm64',
      tags: 'v1\nlatest',
    });
    if (step.exitCode !== 0) console.log(step.log.join('\n'));
    expect(step.exitCode).toBe(0);
    const { digest, manifest } = await stored(bench().sandbox, 'team/web', 'latest');
    expect(digest).toBe(step.outputs.digest);
    expect(manifest).toMatchObject({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        { platform: { os: 'linux', architecture: 'amd64' } },
        { platform: { os: 'linux', architecture: 'arm64' } },
        { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
        { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
      ],
    });
    await job.end();
  });
});

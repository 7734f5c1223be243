import { expect, test } from '@jest/globals';
import { commandsOf, dockerfile } from '../jobs/image-job.ts';
import { onBuildx } from './buildx-job.ts';
import { stored } from './stored.ts';

const copied = /^#\d+ \[1\/1\] COPY busybox once \/$/;

onBuildx('a build cache that outlives its BuildKit', ['team/web', 'team/cache', 'team/inline'], (bench) => {
  /** What became of the only instruction: `CACHED`, or `DONE 0.1s`. */
  const end = (log: readonly string[]) => {
    const lines = log.map((line) => line.trim());
    const number = lines.find((line) => copied.test(line))?.split(' ')[0];
    return lines.filter((line) => line.startsWith(`${number} `)).at(-1);
  };

  test('is stored in a repository as an image, the form ECR accepts, and serves the next build', async () => {
    const { sandbox, forget } = bench();
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const ref = `${job.registry}/team/cache:web`;
    const inputs = { repository: 'team/web', tags: 'v1' };
    const first = await job.build({
      ...inputs,
      'cache-to': `type=registry,ref=${ref},mode=max,image-manifest=true,oci-mediatypes=true`,
    });
    expect(first.exitCode).toBe(0);
    expect(end(first.log)).toMatch(/DONE/);
    const { manifest } = await stored(sandbox, 'team/cache', 'web');
    expect(manifest).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.buildkit.cacheconfig.v0' },
    });
    forget(job);
    const second = await job.build({ ...inputs, 'cache-from': `type=registry,ref=${ref}` });
    expect(second.exitCode).toBe(0);
    expect(end(second.log)).toMatch(/ CACHED$/);
    await job.end();
  });

  test('is stored in the image itself when it is inline', async () => {
    const { forget } = bench();
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const inputs = { repository: 'team/inline', tags: 'v1', 'cache-to': 'type=inline' };
    const first = await job.build(inputs);
    expect([first.exitCode, end(first.log)]).toEqual([0, expect.stringMatching(/DONE/)]);
    forget(job);
    const second = await job.build({ ...inputs, 'cache-from': `${job.registry}/team/inline:v1` });
    expect([second.exitCode, end(second.log)]).toEqual([0, expect.stringMatching(/ CACHED$/)]);
    await job.end();
  });

  test('in the form that ECR refuses fails the step, and says that it was the cache and how to write it', async () => {
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const step = await job.build({
      repository: 'team/web',
      tags: 'v2',
      'cache-to': `type=registry,ref=${job.registry}/team/cache:index,image-manifest=false`,
    });
    expect(step.exitCode).toBe(1);
    expect(commandsOf(step, 'error').map(({ data }) => data)).toEqual([
      expect.stringMatching(
        /^the build cache could not be stored \(cache-to, type registry\): ERROR: .* 404 Not Found\n(?: {2}.*\n)*→ Use the format that registries accept in `cache-to`: image-manifest=true,oci-mediatypes=true\. With ignore-error=true a cache that cannot be stored does not fail the build\.$/,
      ),
    ]);
    expect(step.outputs.digest).toBeUndefined();
    await job.end();
  });
});

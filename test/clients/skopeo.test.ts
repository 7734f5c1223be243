import { beforeAll, expect, test } from '@jest/globals';
import { describeUnless, noSkopeo } from '../runner/requirements.ts';
import { client } from './client.ts';
import { homeOf, registryForTests } from './registry.ts';

describeUnless(noSkopeo)('skopeo and the registry of the sandbox', () => {
  const registry = registryForTests();
  const skopeo = client('skopeo', () => homeOf(registry()));
  const plain = ['--insecure-policy', '--src-tls-verify=false', '--dest-tls-verify=false'];
  beforeAll(async () => {
    const { host, password } = registry();
    const argv = ['login', '--tls-verify=false', '-u', 'AWS', '--password-stdin', host];
    await skopeo([...argv], { input: password });
  });

  test('an image is inspected by its tag', async () => {
    const { from, digest } = registry();
    expect(JSON.parse(await skopeo(['inspect', '--tls-verify=false', `docker://${from}:1`]))).toMatchObject({
      Name: from,
      Digest: digest,
      RepoTags: ['1'],
      Architecture: 'amd64',
    });
  });

  test('an image is copied as it is, and in the format of Docker', async () => {
    const { from, to, digest, images } = registry();
    await skopeo(['copy', ...plain, `docker://${from}:1`, `docker://${to}:same`]);
    await skopeo(['copy', ...plain, '--format', 'v2s2', `docker://${from}:1`, `docker://${to}:docker`]);
    const copies = await images('to');
    expect(copies[digest]?.imageTags).toEqual(['same']);
    expect(Object.values(copies)).toContainEqual(
      expect.objectContaining({
        imageTags: ['docker'],
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      }),
    );
    const tags = JSON.parse(await skopeo(['list-tags', '--tls-verify=false', `docker://${to}`]));
    expect(tags.Tags.toSorted()).toEqual(['docker', 'same']);
  });

  test('an image that was deleted is not found', async () => {
    const image = `docker://${registry().to}:docker`;
    await skopeo(['delete', '--tls-verify=false', image]);
    await expect(skopeo(['inspect', '--tls-verify=false', image])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('manifest unknown: Requested image not found'),
    });
  });
});

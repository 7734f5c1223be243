import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { describeUnless } from '../runner/requirements.ts';
import { missingTools, toolClient } from './client.ts';
import { homeOf, registryForTests } from './registry.ts';

describeUnless(missingTools('crane'))('crane and the registry of the sandbox', () => {
  const registry = registryForTests();
  const crane = toolClient('crane', () => homeOf(registry()));
  beforeAll(async () => {
    const { host, password, folder } = registry();
    await crane(['auth', 'login', host, '-u', 'AWS', '--password-stdin'], { input: password });
    execFileSync('tar', ['--create', '--file', 'layer.tar', 'file'], { cwd: folder });
  });

  test('an image that it makes is found by its tag and is whole', async () => {
    const { folder, from, images } = registry();
    const argv = ['append', '--oci-empty-base', '-f', join(folder, 'layer.tar'), '-t', `${from}:made`];
    const digest = (await crane(argv)).trim().split('@')[1]!;
    expect((await images('from'))[digest]).toMatchObject({
      imageTags: ['made'],
      imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    expect(await crane(['digest', `${from}:made`])).toBe(`${digest}\n`);
    await crane(['validate', '--remote', `${from}:made`]);
  });

  test('an image gets another tag, and tags and repositories are listed', async () => {
    const { host, from, digest, images } = registry();
    await crane(['tag', `${from}:1`, 'stable']);
    expect((await images('from'))[digest]?.imageTags?.toSorted()).toEqual(['1', 'stable']);
    expect((await crane(['ls', from])).split('\n')).toEqual(expect.arrayContaining(['1', 'stable']));
    expect(await crane(['catalog', host])).toBe('from\nto\n');
  });

  test('a copy mounts the layers that the other repository has, and the image is deleted by its digest', async () => {
    const { sandbox, from, to, digest, images } = registry();
    const before = sandbox.journal().length;
    await crane(['copy', `${from}:1`, `${to}:1`]);
    expect(Object.keys(await images('to'))).toEqual([digest]);
    const blobs = sandbox
      .journal(before + 1)
      .filter(({ service, operation }) => service === 'registry' && /Upload/.test(operation));
    expect(blobs.map(({ operation }) => operation)).toEqual(['StartUpload', 'StartUpload']);
    await crane(['delete', `${to}@${digest}`]);
    expect(await images('to')).toEqual({});
  });

  test('an image with another label is another image', async () => {
    const { from, digest } = registry();
    await crane(['mutate', '--label', 'team=web', '-t', `${from}:labelled`, `${from}:1`]);
    expect(JSON.parse(await crane(['config', `${from}:labelled`])).config.Labels).toEqual({ team: 'web' });
    expect(await crane(['digest', `${from}:labelled`])).not.toBe(`${digest}\n`);
  });

  test('a repository that does not exist is refused by its name', async () => {
    const { host, folder } = registry();
    const argv = ['append', '-f', join(folder, 'layer.tar'), '-t', `${host}/none:1`];
    await expect(crane(argv)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "NAME_UNKNOWN: The repository with name 'none' does not exist in the registry with id '123456789012'",
      ),
    });
  });
});

import { beforeAll, expect, test } from '@jest/globals';
import { describeUnless } from '../runner/requirements.ts';
import { missingTools, toolClient } from './client.ts';
import { homeOf, registryForTests } from './registry.ts';

describeUnless(missingTools('regctl'))('regctl and the registry of the sandbox', () => {
  const registry = registryForTests();
  const regctl = toolClient('regctl', () => homeOf(registry()));
  const attached = async (image: string) =>
    JSON.parse(await regctl(['artifact', 'list', image, '--format', '{{json .}}'])).descriptors.map(
      ({ artifactType }: { artifactType: string }) => artifactType,
    );
  beforeAll(async () => {
    const { host, password } = registry();
    await regctl(['registry', 'set', '--tls', 'disabled', '--skip-check', host]);
    await regctl(['registry', 'login', host, '-u', 'AWS', '--pass-stdin'], { input: password });
  });

  test('an image is copied with the tag that it is given', async () => {
    const { from, to, digest, images } = registry();
    expect(await regctl(['image', 'digest', `${from}:1`])).toBe(`${digest}\n`);
    await regctl(['image', 'copy', `${from}:1`, `${to}:2`]);
    expect((await images('to'))[digest]?.imageTags).toEqual(['2']);
    expect(await regctl(['tag', 'ls', to])).toBe('2\n');
  });

  test('an artifact that is attached to an image is found by it and its type, and copied with it', async () => {
    const { from, to } = registry();
    const type = 'application/vnd.example.note';
    await regctl(['artifact', 'put', '--artifact-type', type, '--subject', `${from}:1`], { input: 'a note' });
    expect(await attached(`${from}:1`)).toEqual([type]);
    const argv = ['artifact', 'get', '--subject', `${from}:1`, '--filter-artifact-type', type];
    expect(await regctl(argv)).toBe('a note');
    await regctl(['image', 'copy', '--referrers', `${from}:1`, `${to}:noted`]);
    expect(await attached(`${to}:noted`)).toEqual([type]);
  });

  test('a tag that does not exist is not found', async () => {
    const { from } = registry();
    await expect(regctl(['image', 'digest', `${from}:none`])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not found/),
    });
  });
});

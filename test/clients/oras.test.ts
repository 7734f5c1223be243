import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { describeUnless } from '../runner/requirements.ts';
import { missingTools, toolClient } from './client.ts';
import { homeOf, registryForTests } from './registry.ts';

describeUnless(missingTools('oras'))('oras and the registry of the sandbox', () => {
  const registry = registryForTests();
  const oras = toolClient('oras', () => homeOf(registry()));
  beforeAll(async () => {
    const { host, password } = registry();
    await oras(['login', '--plain-http', host, '-u', 'AWS', '--password-stdin'], { input: password });
  });

  test('a file is pushed as an artifact, another is attached to it, and both are copied and pulled', async () => {
    const { from, to, folder: cwd, images } = registry();
    const type = 'application/vnd.example';
    await oras(['push', '--plain-http', '--artifact-type', type, `${from}:files`, 'file:text/plain'], {
      cwd,
    });
    const note = ['--artifact-type', `${type}.note`, `${from}:files`, 'file:text/plain'];
    await oras(['attach', '--plain-http', ...note], { cwd });
    await oras(['cp', '--recursive', '--from-plain-http', '--to-plain-http', `${from}:files`, `${to}:files`]);
    const found = JSON.parse(await oras(['discover', '--plain-http', '--format', 'json', `${to}:files`]));
    expect(found.referrers).toMatchObject([{ artifactType: `${type}.note` }]);
    expect(Object.keys(await images('to')).toSorted()).toEqual(
      [found.digest, found.referrers[0].digest].toSorted(),
    );
    await oras(['pull', '--plain-http', '--output', 'pulled', `${to}:files`], { cwd });
    expect(readFileSync(join(cwd, 'pulled', 'file'), 'utf8')).toBe('hello\n');
  });

  test('an image gets another tag, and blobs are read by their digests', async () => {
    const { from, digest, images } = registry();
    await oras(['tag', '--plain-http', `${from}:1`, 'second']);
    expect((await images('from'))[digest]?.imageTags?.toSorted()).toEqual(['1', 'second']);
    const manifest = JSON.parse(await oras(['manifest', 'fetch', '--plain-http', `${from}:second`]));
    const config = `${from}@${manifest.config.digest}`;
    const blob = await oras(['blob', 'fetch', '--plain-http', '--output', '-', config]);
    expect(JSON.parse(blob)).toMatchObject({ architecture: 'amd64', os: 'linux' });
  });
});

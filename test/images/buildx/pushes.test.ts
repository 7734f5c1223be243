import { expect, test } from '@jest/globals';
import { testUnless } from '../../runner/requirements.ts';
import { removeImages } from '../image-world.ts';
import { commandsOf, dockerfile } from '../jobs/image-job.ts';
import { onBuildx } from './buildx-job.ts';
import { engineSays, holdsIndexes, stored, storedBlob } from './stored.ts';

onBuildx('a push by buildx and a BuildKit of its own', ['team/web', 'team/proved'], (bench) => {
  test('of two platforms is one index, sent by digest and then named by each tag', async () => {
    const { sandbox } = bench();
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const platforms = 'linux/amd64,linux/arm64';
    const step = await job.build({ repository: 'team/web', platforms, tags: 'v1\nv1.0' });
    expect(step.exitCode).toBe(0);
    const { digest, manifest } = await stored(sandbox, 'team/web', 'v1');
    expect((await stored(sandbox, 'team/web', 'v1.0')).digest).toBe(digest);
    expect(step.outputs).toMatchObject({
      digest,
      imageid: digest,
      image: `${job.registry}/team/web@${digest}`,
      tags: `${job.registry}/team/web:v1\n${job.registry}/team/web:v1.0`,
    });
    expect(manifest.manifests!.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
    for (const post of await job.end()) expect(post.conclusion).toBe('success');
    expect(job.leftovers()).toEqual([]);
    expect(job.processes()).toEqual([]);
  });

  test('goes to the builder that is named, and the others keep their cache', async () => {
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const inputs = { repository: 'team/web', tags: 'named' };
    const groupOf = (log: readonly string[]) => log.find((line) => line.includes('Build with'));
    const own = await job.build(inputs);
    expect([own.exitCode, groupOf(own.log)]).toEqual([0, expect.stringMatching(/buildx \S+ \((?!docker\))/)]);
    // Every buildx has it: the BuildKit of the engine.
    const engines = await job.build({ ...inputs, builder: 'default' });
    expect([engines.exitCode, groupOf(engines.log)]).toEqual([
      0,
      expect.stringMatching(/buildx \S+ \(docker\)$/),
    ]);
    expect(engines.raw).not.toContain('CACHED');
    removeImages(`${job.registry}/team/web:named`);
    const unknown = await job.build({ ...inputs, builder: 'nobody' });
    expect(unknown.exitCode).toBe(1);
    expect(unknown.log.join('\n')).toContain('no builder "nobody" found');
    await job.end();
  });

  test('also loads the image into the engine under its tags, when requested', async () => {
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const step = await job.build({ repository: 'team/web', tags: 'both\nalso', load: 'true' });
    expect(step.exitCode).toBe(0);
    const references = step.outputs.tags!.split('\n');
    expect(references).toHaveLength(2);
    const { digest, manifest } = await stored(bench().sandbox, 'team/web', 'both');
    expect(step.outputs.digest).toBe(digest);
    const config = await storedBlob(bench().sandbox, 'team/web', manifest.config!.digest);
    const { rootfs } = JSON.parse(config.toString()) as { rootfs: { diff_ids: readonly string[] } };
    for (const reference of references)
      expect(JSON.parse(engineSays(reference, '{{json .RootFS.Layers}}'))).toEqual(rootfs.diff_ids);
    removeImages(...references);
    await job.end();
  });

  test('has no attestations unasked; provenance makes it an index with another digest, which names the run', async () => {
    const { sandbox } = bench();
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const inputs = { repository: 'team/proved' };
    const plain = await job.build({ ...inputs, tags: 'plain' });
    const { manifest } = await stored(sandbox, 'team/proved', 'plain');
    expect(manifest).not.toHaveProperty('manifests');

    const proved = await job.build({ ...inputs, tags: 'proved', provenance: 'mode=max' });
    expect([plain.exitCode, proved.exitCode]).toEqual([0, 0]);
    expect(proved.outputs.digest).not.toBe(plain.outputs.digest);
    const index = await stored(sandbox, 'team/proved', 'proved');
    expect(index.digest).toBe(proved.outputs.digest);
    const [image, attestation] = index.manifest.manifests!;
    expect(attestation).toMatchObject({
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': image!.digest,
      },
    });
    const { manifest: inner } = await stored(sandbox, 'team/proved', image!.digest);
    expect(inner.layers!.map(({ digest }) => digest)).toEqual(manifest.layers!.map(({ digest }) => digest));
    const { manifest: statements } = await stored(sandbox, 'team/proved', attestation!.digest);
    const statement = await storedBlob(bench().sandbox, 'team/proved', statements.layers![0]!.digest);
    expect(JSON.parse(statement.toString())).toMatchObject({
      predicate: { builder: { id: 'https://github.com/acme/web/actions/runs/4711' } },
    });
    await job.end();
  });

  test('of the same platforms and a provenance of another run is done, where the tag is immutable', async () => {
    const { sandbox } = bench();
    const repository = 'team/kept';
    const job = await bench().job({
      files: { Dockerfile: dockerfile(), 'Other.Dockerfile': dockerfile('LABEL other=yes\n') },
    });
    await job.step('ensure-repository', { repository, 'image-tag-mutability': 'IMMUTABLE' });
    const platforms = 'linux/amd64,linux/arm64';
    const inputs = { repository, platforms, tags: 'v1', provenance: 'mode=max' };
    const first = await job.build(inputs);
    expect(first.exitCode).toBe(0);

    const again = await job.build(inputs);
    expect(again.log).toContain(
      `${job.registry}/${repository}:v1 already held this image: ${first.outputs.image}`,
    );
    expect(again).toMatchObject({ exitCode: 0, outputs: { digest: first.outputs.digest } });
    expect((await stored(sandbox, repository, 'v1')).digest).toBe(first.outputs.digest);

    const other = await job.build({ ...inputs, file: 'Other.Dockerfile' });
    expect(other.exitCode).toBe(1);
    expect(commandsOf(other, 'error').map(({ properties }) => properties.title)).toEqual(['TAG_IMMUTABLE']);
    await job.end();
  });

  testUnless(holdsIndexes() ? 'this engine can hold attestations' : undefined)(
    'with attestations is refused by the builder of an engine that cannot hold them',
    async () => {
      const job = await bench().job({ files: { Dockerfile: dockerfile() } });
      const step = await job.build({
        repository: 'team/proved',
        builder: 'default',
        provenance: 'mode=max',
        tags: 'not',
      });
      expect(step.exitCode).toBe(1);
      expect(commandsOf(step, 'error').map(({ data }) => data)).toEqual([
        expect.stringMatching(
          /^docker build exited with 1: ERROR: .*\n(?: {2}.*\n)+→ The docker driver cannot do this: create another builder \(docker buildx create --name ci --driver docker-container\), and set `builder` to it\.$/,
        ),
      ]);
      await job.end();
    },
  );
});

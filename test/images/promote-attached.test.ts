import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { expect, test } from '@jest/globals';
import { promoteImage } from '@landfall/core/operations/promote-image';
import { runReported } from '@landfall/report/run-reported';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { imageUser } from './image-user.ts';
import { imageWorld } from './image-world.ts';
import { loopbackRegistry } from './loopback-registry.ts';
import { imageType, indexType, putBlob, putManifest, putMultiPlatformImage, tagDigest } from './oci-image.ts';

const promote = async (inputs: Record<string, string>, config: object = {}) => {
  using world = imageWorld({ inputs });
  mkdirSync(join(world.folder, 'home/.docker'));
  writeFileSync(join(world.folder, 'home/.docker/config.json'), JSON.stringify(config));
  return { ...(await runReported(promoteImage, world)), lines: world.host.lines };
};
/** A registry with the referrers API, and a login to it. */
async function ecr(sandbox: Sandbox, ...repositories: readonly string[]) {
  for (const repositoryName of repositories)
    await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
  const answer = await sandbox.dispatch('ecr', 'GetAuthorizationToken', {}, imageUser(sandbox).accessKeyId);
  const { authorizationData } = answer as GetAuthorizationTokenResponse;
  return { auths: { [sandbox.registry]: { auth: authorizationData![0]!.authorizationToken! } } };
}
const tagsOf = async (sandbox: Sandbox, repositoryName: string) => {
  const { imageDetails } = (await sandbox.dispatch('ecr', 'DescribeImages', { repositoryName })) as {
    imageDetails: { imageTags?: string[] }[];
  };
  return imageDetails.flatMap(({ imageTags = [] }) => imageTags).sort();
};

const artifact = async (host: string, repository: string, subject: string) => {
  const started = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(started.headers.get('location')!, `http://${host}`);
  const empty = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
  location.searchParams.set('digest', empty);
  await fetch(location, { method: 'PUT', body: '{}' });
  return putManifest(host, repository, undefined, imageType, {
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: empty, size: 2 },
    layers: [],
    subject: { mediaType: indexType, digest: subject, size: 1 },
  });
};

/** As cosign before 3 keeps it: a manifest under a tag, with the payload as a layer. */
async function putSignature(host: string, repository: string, tag: string, kind: string) {
  const layer = await putBlob(host, repository, Buffer.from(`{"payload":"${tag}"}`));
  const config = await putBlob(host, repository, Buffer.from(`{"architecture":"","os":"","of":"${tag}"}`));
  return putManifest(host, repository, tag, imageType, {
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [
      {
        mediaType: kind === 'sig' ? 'application/vnd.dev.cosign.simplesigning.v1+json' : 'text/spdx+json',
        ...layer,
        annotations: { 'dev.cosignproject.cosign/signature': 'MEUCIQ==' },
      },
    ],
  });
}

const manifestsOf = async (host: string, repository: string, digest: string) => {
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${digest}`, {
    headers: { accept: indexType },
  });
  return ((await answer.json()) as { manifests: { digest: string }[] }).manifests;
};

describeUnless(noImageTools)('what belongs to an image', () => {
  test('its signature and the signature of that go along, whichever way the registries keep them', async () => {
    await using one = await loopbackRegistry();
    await using two = await loopbackRegistry();
    const sandbox = await startSandbox({ enforce: true });
    try {
      const login = await ecr(sandbox, 'production/web');
      // Debian's registry has no referrers API: its clients keep them under a tag.
      const digest = await putMultiPlatformImage(one.host, 'web', 'v1');
      const signature = await artifact(one.host, 'web', digest);
      const countersignature = await artifact(one.host, 'web', signature.digest);
      for (const [subject, refers] of [
        [digest, signature],
        [signature.digest, countersignature],
      ] as const)
        await putManifest(one.host, 'web', subject.replace(':', '-'), indexType, { manifests: [refers] });

      const up = await promote(
        { source: `${one.host}/web:v1`, target: `${sandbox.registry}/production/web:live` },
        login,
      );
      expect(up.error).toBeUndefined();
      const both = [signature.digest, countersignature.digest];
      expect(up.outputs.referrers!.split('\n')).toEqual(both);
      // The tag schema is for registries without the API alone.
      expect(await tagsOf(sandbox, 'production/web')).toEqual(['live']);

      const back = await promote(
        { source: `${sandbox.registry}/production/web:live`, target: `${two.host}/copy:live` },
        login,
      );
      expect(back.error).toBeUndefined();
      expect(back.outputs.referrers!.split('\n')).toEqual(both);
      const index = await fetch(`http://${two.host}/v2/copy/manifests/${digest.replace(':', '-')}`, {
        headers: { accept: indexType },
      });
      expect(await index.json()).toMatchObject({ manifests: [{ digest: signature.digest }] });

      const again = await promote(
        { source: `${sandbox.registry}/production/web:live`, target: `${two.host}/copy:live` },
        login,
      );
      expect(again.outputs).toMatchObject({ 'bytes-moved': '0', digest });
    } finally {
      await sandbox.close();
    }
  });

  test("cosign's tags go along with what they hold, of the index and of its platforms, there and back", async () => {
    await using one = await loopbackRegistry();
    await using two = await loopbackRegistry();
    const sandbox = await startSandbox({ enforce: true });
    try {
      const login = await ecr(sandbox, 'live');
      const digest = await putMultiPlatformImage(one.host, 'web', 'v1');
      const platform = (await manifestsOf(one.host, 'web', digest))[0]!.digest;
      // https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md: `sha256-<digest>.sig`
      const tags: Record<string, string> = {};
      for (const [subject, kind] of [
        [digest, 'sig'],
        [digest, 'att'],
        [digest, 'sbom'],
        [platform, 'sig'],
      ] as const) {
        const tag = `${subject.replace(':', '-')}.${kind}`;
        tags[tag] = (await putSignature(one.host, 'web', tag, kind)).digest;
      }
      const up = await promote(
        { source: `${one.host}/web:v1`, target: `${sandbox.registry}/live:v1` },
        login,
      );
      expect(up.error).toBeUndefined();
      expect(up.outputs.digest).toBe(digest);
      expect(up.outputs.referrers!.split('\n').sort()).toEqual(Object.values(tags).sort());
      expect(await tagsOf(sandbox, 'live')).toEqual([...Object.keys(tags), 'v1'].sort());

      const back = await promote(
        { source: `${sandbox.registry}/live:v1`, target: `${two.host}/back:v1` },
        login,
      );
      expect(back.error).toBeUndefined();
      expect(await tagDigest(two.host, 'back', 'v1')).toBe(digest);
      for (const [tag, signature] of Object.entries(tags))
        expect(await tagDigest(two.host, 'back', tag)).toBe(signature);

      const again = await promote(
        { source: `${one.host}/web:v1`, target: `${sandbox.registry}/live:v1` },
        login,
      );
      expect(again.outputs).toMatchObject({ 'bytes-moved': '0', digest });

      await sandbox.dispatch('ecr', 'PutImageTagMutability', {
        repositoryName: 'live',
        imageTagMutability: 'IMMUTABLE',
      });
      const signature = `${digest.replace(':', '-')}.sig`;
      const newer = await putSignature(one.host, 'web', signature, 'another');
      const signed = await promote(
        { source: `${one.host}/web:v1`, target: `${sandbox.registry}/live:v1` },
        login,
      );
      expect(signed.error).toMatchObject({
        code: 'TAG_IMMUTABLE',
        summary: `${sandbox.registry}/live:${signature} is immutable and holds ${tags[signature]}, not ${newer.digest}`,
        remedy: expect.stringContaining('exclude `sha256-*` from the immutability of the target'),
      });
    } finally {
      await sandbox.close();
    }
  });

  test('with referrers: false the image goes alone', async () => {
    await using one = await loopbackRegistry();
    const digest = await putMultiPlatformImage(one.host, 'web', 'v1');
    const signature = await artifact(one.host, 'web', digest);
    await putManifest(one.host, 'web', digest.replace(':', '-'), indexType, { manifests: [signature] });
    const { outputs } = await promote({
      source: `${one.host}/web:v1`,
      target: `${one.host}/live:v1`,
      referrers: 'false',
    });
    expect(outputs.referrers).toBeUndefined();
    expect(await tagDigest(one.host, 'live', digest.replace(':', '-'))).toBeNull();
  });
});

describeUnless(noImageTools)('a move', () => {
  test('off a registry that deletes without a condition leaves the tag, with the copy whole and told', async () => {
    await using one = await loopbackRegistry();
    const digest = await putMultiPlatformImage(one.host, 'web', 'v1');
    const { error, outputs, lines } = await promote({
      source: `${one.host}/web:v1`,
      target: `${one.host}/live`,
      move: 'true',
    });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ digest, tags: `${one.host}/live:v1`, moved: 'false' });
    expect(lines.at(-1)).toBe(
      `warning: ${one.host}/web:v1 is left in place: only Amazon ECR checks on deletion that a tag still points to this image, and ${one.host} might delete what was pushed in the meantime`,
    );
    expect(await tagDigest(one.host, 'web', 'v1')).toBe(digest);
    expect(await tagDigest(one.host, 'live', 'v1')).toBe(digest);
  });

  test('that is run again after the source is gone reports what the target holds', async () => {
    await using one = await loopbackRegistry();
    const digest = await putMultiPlatformImage(one.host, 'live', 'v1');
    const { error } = await promote({
      source: `${one.host}/web:v1`,
      target: `${one.host}/live`,
      move: 'true',
    });
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      summary: `${one.host}/web has no image v1`,
      remedy: `An earlier run may have moved it: ${one.host}/live:v1 holds ${digest}. If that is the image, there is nothing left to do.`,
    });
  });
});

test.each([
  [
    { source: `r.example/web@sha256:${'a'.repeat(64)}`, target: 'r.example/live', move: 'true' },
    'move removes a tag from the source, so source must name one',
  ],
  [
    { source: 'r.example/web:1', tags: '1,2', move: 'true' },
    'move would remove the very tag that the image is to get',
  ],
  [
    {
      source: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1',
      target: '123456789012.dkr-ecr-fips.eu-west-1.on.aws/web',
      move: 'true',
    },
    'move would remove the very tag that the image is to get',
  ],
  [
    // Without tags the image gets that of the source.
    { source: 'r.example/web:1', target: 'r.example/web', move: 'true' },
    'move would remove the very tag that the image is to get',
  ],
  [
    { source: 'docker.io/web:1', target: 'docker.io/library/web', move: 'true' },
    'move would remove the very tag that the image is to get',
  ],
])('a move that cannot be meant is refused before anything is asked: %j', async (inputs, summary) => {
  const { error } = await promote(inputs as Record<string, string>);
  expect(error).toMatchObject({ code: 'INPUT_INVALID', summary });
});

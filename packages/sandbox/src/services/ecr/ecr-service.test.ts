import * as ecr from '@aws-sdk/client-ecr';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { VirtualClock } from '../../clock/clock.ts';
import { writeJson } from '../../protocol/http/json-protocol.ts';
import { digestOf } from '../../registry/storage/digest.ts';
import { isImmutable, type Repository } from '../../registry/storage/repository.ts';
import { createLocalAws } from '../../sandbox.ts';
import { schemaProblems } from '../../testing/schema-problems.ts';

const registry = "in the registry with id '123456789012'";

/** Calls ECR, and holds each answer against the SDK's schema. */
function open() {
  const aws = createLocalAws({ clock: 'virtual', seed: 1 });
  const call = async (operation: string, input: object = {}) => {
    const answer = JSON.parse(writeJson(await aws.dispatch('ecr', operation, input)));
    expect(schemaProblems((ecr as Record<string, unknown>)[`${operation}$`], answer)).toEqual([]);
    return answer;
  };
  const refusal = (operation: string, input: object) =>
    aws.dispatch('ecr', operation, input).then(
      () => undefined,
      (error) => [error.code, error.message],
    );
  const layer = async (repositoryName: string, bytes: Buffer) => {
    const { uploadId } = await call('InitiateLayerUpload', { repositoryName });
    const place = { repositoryName, uploadId, partFirstByte: 0, partLastByte: bytes.length - 1 };
    await call('UploadLayerPart', { ...place, layerPartBlob: bytes.toString('base64') });
    const { layerDigest } = await call('CompleteLayerUpload', {
      repositoryName,
      uploadId,
      layerDigests: [digestOf(bytes)],
    });
    return { digest: layerDigest, size: bytes.length };
  };
  /** An image of one layer whose content is the text. */
  const image = async (repositoryName: string, text: string) => {
    const config = await layer(
      repositoryName,
      Buffer.from(JSON.stringify({ os: 'linux', architecture: 'arm64', text })),
    );
    const content = await layer(repositoryName, Buffer.from(text));
    return JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...content }],
    });
  };
  return { aws, call, refusal, image };
}

describe('a repository', () => {
  test('is created with the requested settings, and described with them', async () => {
    const { call } = open();
    const { repository } = await call('CreateRepository', {
      repositoryName: 'team/web',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
      imageScanningConfiguration: { scanOnPush: true },
      tags: [{ Key: 'team', Value: 'a' }],
    });
    expect(repository).toEqual({
      repositoryArn: 'arn:aws:ecr:us-east-1:123456789012:repository/team/web',
      registryId: '123456789012',
      repositoryName: 'team/web',
      repositoryUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web',
      createdAt: Date.UTC(2026, 0, 1) / 1000,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    expect(await call('ListTagsForResource', { resourceArn: repository.repositoryArn })).toEqual({
      tags: [{ Key: 'team', Value: 'a' }],
    });
  });

  test("that exists, is absent or is not empty is refused in ECR's words", async () => {
    const { call, refusal, image } = open();
    await call('CreateRepository', { repositoryName: 'web' });
    expect(await refusal('CreateRepository', { repositoryName: 'web' })).toEqual([
      'RepositoryAlreadyExistsException',
      `The repository with name 'web' already exists ${registry}`,
    ]);
    expect(await refusal('DescribeRepositories', { repositoryNames: ['nope'] })).toEqual([
      'RepositoryNotFoundException',
      `The repository with name 'nope' does not exist ${registry}`,
    ]);
    expect(await refusal('CreateRepository', { repositoryName: 'Web' })).toEqual([
      'InvalidParameterException',
      "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
    ]);
    await call('PutImage', { repositoryName: 'web', imageTag: '1', imageManifest: await image('web', 'a') });
    expect(await refusal('DeleteRepository', { repositoryName: 'web' })).toEqual([
      'RepositoryNotEmptyException',
      "The repository with name 'web' in registry with id '123456789012' cannot be deleted because it still contains images",
    ]);
    await call('DeleteRepository', { repositoryName: 'web', force: true });
    expect((await call('DescribeRepositories')).repositories).toEqual([]);
  });

  test('lists come in pages whose token outlives a change', async () => {
    const { call, refusal } = open();
    for (const repositoryName of ['aa', 'bb', 'cc', 'dd']) await call('CreateRepository', { repositoryName });
    const first = await call('DescribeRepositories', { maxResults: 2 });
    await call('DeleteRepository', { repositoryName: 'aa' });
    const second = await call('DescribeRepositories', { maxResults: 2, nextToken: first.nextToken });
    expect(
      [first, second].map((answer) =>
        answer.repositories.map((one: { repositoryName: string }) => one.repositoryName),
      ),
    ).toEqual([
      ['aa', 'bb'],
      ['cc', 'dd'],
    ]);
    expect(second.nextToken).toBeUndefined();
    expect((await refusal('DescribeRepositories', { nextToken: 'bad' }))?.[0]).toBe(
      'InvalidParameterException',
    );
    expect((await refusal('DescribeRepositories', { maxResults: 1001 }))?.[0]).toBe(
      'InvalidParameterException',
    );
  });

  test('keeps its policies, and says when it has none', async () => {
    const { call, refusal } = open();
    await call('CreateRepository', { repositoryName: 'web' });
    expect(await refusal('GetLifecyclePolicy', { repositoryName: 'web' })).toEqual([
      'LifecyclePolicyNotFoundException',
      `Lifecycle policy does not exist for the repository with name 'web' ${registry}`,
    ]);
    expect(await refusal('GetRepositoryPolicy', { repositoryName: 'web' })).toEqual([
      'RepositoryPolicyNotFoundException',
      `Repository policy does not exist for the repository with name 'web' ${registry}`,
    ]);
    const selection = {
      tagStatus: 'untagged',
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: 7,
    };
    const lifecyclePolicyText = JSON.stringify({
      rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }],
    });
    await call('PutLifecyclePolicy', { repositoryName: 'web', lifecyclePolicyText });
    expect((await call('GetLifecyclePolicy', { repositoryName: 'web' })).lifecyclePolicyText).toBe(
      lifecyclePolicyText,
    );
    expect(
      (
        await refusal('PutLifecyclePolicy', { repositoryName: 'web', lifecyclePolicyText: '{"rules":[]}' })
      )?.[0],
    ).toBe('InvalidParameterException');
    await call('DeleteLifecyclePolicy', { repositoryName: 'web' });
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await call('SetRepositoryPolicy', { repositoryName: 'web', policyText });
    expect((await call('DeleteRepositoryPolicy', { repositoryName: 'web' })).policyText).toBe(policyText);
  });
});

describe('an image', () => {
  test('is put, described by digest, tag and pages, and fetched', async () => {
    const { call, image, refusal } = open();
    await call('CreateRepository', { repositoryName: 'web' });
    const manifest = await image('web', 'content');
    const digest = digestOf(Buffer.from(manifest));
    const put = await call('PutImage', { repositoryName: 'web', imageTag: '1', imageManifest: manifest });
    expect(put.image.imageId).toEqual({ imageDigest: digest, imageTag: '1' });
    const { imageDetails } = await call('DescribeImages', {
      repositoryName: 'web',
      imageIds: [{ imageTag: '1' }],
    });
    expect(imageDetails).toEqual([
      {
        registryId: '123456789012',
        repositoryName: 'web',
        imageDigest: digest,
        imageTags: ['1'],
        imageSizeInBytes: 'content'.length + '{"os":"linux","architecture":"arm64","text":"content"}'.length,
        imagePushedAt: Date.UTC(2026, 0, 1) / 1000,
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        imageStatus: 'ACTIVE',
      },
    ]);
    const got = await call('BatchGetImage', {
      repositoryName: 'web',
      imageIds: [{ imageTag: '1' }, { imageTag: '2' }],
    });
    expect(got.images[0].imageManifest).toBe(manifest);
    expect(got.failures).toEqual([
      {
        imageId: { imageTag: '2' },
        failureCode: 'ImageNotFound',
        failureReason: 'Requested image not found',
      },
    ]);
    expect(await refusal('DescribeImages', { repositoryName: 'web', imageIds: [{ imageTag: '2' }] })).toEqual(
      [
        'ImageNotFoundException',
        `The image with imageId {imageDigest:'null', imageTag:'2'} does not exist within the repository with name 'web' ${registry}`,
      ],
    );
  });

  test('whose layers are missing, or whose digest is another, is refused', async () => {
    const { call, image, refusal } = open();
    for (const repositoryName of ['here', 'there']) await call('CreateRepository', { repositoryName });
    const manifest = await image('here', 'x');
    expect((await refusal('PutImage', { repositoryName: 'there', imageManifest: manifest }))?.[0]).toBe(
      'LayersNotFoundException',
    );
    const imageDigest = digestOf(Buffer.from('other'));
    expect(
      (await refusal('PutImage', { repositoryName: 'here', imageManifest: manifest, imageDigest }))?.[0],
    ).toBe('ImageDigestDoesNotMatchException');
  });

  test('under an immutable tag stays; the same image again is refused as existing', async () => {
    const { call, image, refusal } = open();
    await call('CreateRepository', { repositoryName: 'web', imageTagMutability: 'IMMUTABLE' });
    const first = await image('web', 'first');
    await call('PutImage', { repositoryName: 'web', imageTag: 'v1', imageManifest: first });
    expect(
      await refusal('PutImage', {
        repositoryName: 'web',
        imageTag: 'v1',
        imageManifest: await image('web', 'second'),
      }),
    ).toEqual([
      'ImageTagAlreadyExistsException',
      "The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
    ]);
    expect(
      await refusal('PutImage', { repositoryName: 'web', imageTag: 'v1', imageManifest: first }),
    ).toEqual([
      'ImageAlreadyExistsException',
      `Image with digest '${digestOf(Buffer.from(first))}' and tag 'v1' already exists in the repository with name 'web' in registry with id '123456789012'`,
    ]);
  });

  test('loses its tags one by one, and goes with the last or by its digest, unless an index names it', async () => {
    const { call, image } = open();
    await call('CreateRepository', { repositoryName: 'web' });
    const imageManifest = await image('web', 'x');
    const digest = digestOf(Buffer.from(imageManifest));
    for (const imageTag of ['a', 'b'])
      await call('PutImage', { repositoryName: 'web', imageTag, imageManifest });
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: imageManifest.length },
      ],
    });
    await call('PutImage', { repositoryName: 'web', imageTag: 'index', imageManifest: index });
    const remove = (imageId: object) =>
      call('BatchDeleteImage', { repositoryName: 'web', imageIds: [imageId] });
    const other = `sha256:${'0'.repeat(64)}`;
    expect((await remove({ imageTag: 'a', imageDigest: other })).failures).toEqual([
      {
        imageId: { imageTag: 'a', imageDigest: other },
        failureCode: 'ImageTagDoesNotMatchDigest',
        failureReason: 'Invalid request parameters: given tag does not map to the given digest',
      },
    ]);
    expect((await remove({ imageTag: 'c', imageDigest: digest })).failures[0].failureCode).toBe(
      'ImageNotFound',
    );
    expect(await remove({ imageTag: 'a' })).toEqual({
      imageIds: [{ imageDigest: digest, imageTag: 'a' }],
      failures: [],
    });
    expect((await remove({ imageDigest: digest })).failures[0].failureCode).toBe(
      'ImageReferencedByManifestList',
    );
    await remove({ imageTag: 'index' });
    expect(await remove({ imageDigest: digest })).toEqual({
      imageIds: [{ imageDigest: digest, imageTag: 'b' }],
      failures: [],
    });
    expect(await call('ListImages', { repositoryName: 'web' })).toEqual({ imageIds: [] });
  });

  test('is scanned in its time, with the findings it was given', async () => {
    const { call, image, refusal, aws } = open();
    await call('CreateRepository', { repositoryName: 'web' });
    await call('PutImage', { repositoryName: 'web', imageTag: '1', imageManifest: await image('web', 'x') });
    const scan = { repositoryName: 'web', imageId: { imageTag: '1' } };
    expect((await refusal('DescribeImageScanFindings', scan))?.[0]).toBe('ScanNotFoundException');
    await aws.admin('ecr', 'PUT', ['findings'], {
      repository: 'web',
      reference: '1',
      findings: [
        { name: 'CVE-2026-1', severity: 'HIGH' },
        { name: 'CVE-2026-2', severity: 'LOW' },
      ],
    });
    await call('StartImageScan', scan);
    expect((await refusal('StartImageScan', scan))?.[0]).toBe('LimitExceededException');
    expect((await call('DescribeImageScanFindings', scan)).imageScanStatus).toEqual({
      status: 'IN_PROGRESS',
    });
    (aws.clock as VirtualClock).advance(5000);
    const { imageScanFindings } = await call('DescribeImageScanFindings', scan);
    expect(imageScanFindings.findingSeverityCounts).toEqual({ HIGH: 1, LOW: 1 });
    const { imageDetails } = await call('DescribeImages', { repositoryName: 'web' });
    expect(imageDetails[0].imageScanFindingsSummary.findingSeverityCounts).toEqual({ HIGH: 1, LOW: 1 });
  });
});

describe('the mutability of tags', () => {
  const repository = (mutability: Repository['mutability'], exclusions: string[] = []) =>
    ({ mutability, exclusions }) as unknown as Repository;

  test.each([
    ['MUTABLE', [], 'v1', false],
    ['IMMUTABLE', [], 'v1', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['dev-*'], 'v1', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['dev-*'], 'dev-1', false],
    ['MUTABLE_WITH_EXCLUSION', ['v*', 'release'], 'v1', true],
    ['MUTABLE_WITH_EXCLUSION', ['v*', 'release'], 'latest', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['a*b*c'], 'axxbxxc', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['ab*ba'], 'aba', true],
  ] as const)('%s without %j: the tag %s is immutable: %s', (mutability, exclusions, tag, expected) => {
    expect(isImmutable(repository(mutability, [...exclusions]), tag)).toBe(expected);
  });

  test('a wildcard pattern matches exactly what the regular expression it stands for matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, text, (glob, tag) => {
        const expected = new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(tag);
        expect(isImmutable(repository('MUTABLE_WITH_EXCLUSION', [glob]), tag)).toBe(expected);
      }),
    );
  });
});

describe('GetAuthorizationToken', () => {
  test('gives one token per registry, good for twelve hours and no longer than the caller', async () => {
    const { call, aws, refusal } = open();
    const { authorizationData } = await call('GetAuthorizationToken', {
      registryIds: ['123456789012', '012345678901'],
    });
    expect(
      authorizationData.map((one: { proxyEndpoint: string; expiresAt: number }) => [
        one.proxyEndpoint,
        one.expiresAt,
      ]),
    ).toEqual([
      ['https://123456789012.dkr.ecr.us-east-1.amazonaws.com', Date.UTC(2026, 0, 1, 12) / 1000],
      ['https://012345678901.dkr.ecr.us-east-1.amazonaws.com', Date.UTC(2026, 0, 1, 12) / 1000],
    ]);
    aws.addPrincipal({ accessKeyId: 'ASIASHORT', expires: Date.UTC(2026, 0, 1, 1) });
    const answer = (await aws.dispatch(
      'ecr',
      'GetAuthorizationToken',
      {},
      'ASIASHORT',
    )) as ecr.GetAuthorizationTokenResponse;
    expect(answer.authorizationData![0]!.expiresAt).toEqual(new Date(Date.UTC(2026, 0, 1, 1)));
    expect((await refusal('GetAuthorizationToken', { registryIds: ['12345'] }))?.[0]).toBe(
      'InvalidParameterException',
    );
  });
});

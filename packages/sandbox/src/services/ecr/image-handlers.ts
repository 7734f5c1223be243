import { AwsFault } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { digestPattern } from '../../registry/storage/digest.ts';
import { immutableTag } from '../../registry/storage/immutable-tag.ts';
import { type Repository, type StoredImage, sizeOf, tagsOf } from '../../registry/storage/repository.ts';
import { forgetBlobs, removeImage, storeImage } from '../../registry/storage/store-image.ts';
import { type EcrParts, findRepository, invalidParameter, pageOptions } from './ecr-parts.ts';
import { checkIds, failureOf, type ImageId, imageMissing, ofId } from './image-id.ts';
import { sweep } from './repository-handlers.ts';
import { type Scans, scanSummary } from './scans.ts';

const byDigest = (a: StoredImage, b: StoredImage) => (a.digest < b.digest ? -1 : 1);

type ImageParts = EcrParts & { readonly scans: Scans };
type Operation = OperationOf<ImageParts>;

const PutImage: Operation = async (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const tag: string | undefined = input.imageTag;
  if (tag !== undefined && !/^[\w][\w.-]{0,127}$/.test(tag)) {
    throw invalidParameter('imageTag', `must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'`);
  }
  const result = await storeImage(repository, parts.blobs, {
    bytes: Buffer.from(input.imageManifest, 'utf8'),
    mediaType: input.imageManifestMediaType,
    ...(tag === undefined ? {} : { tag }),
    ...(input.imageDigest === undefined ? {} : { digest: String(input.imageDigest) }),
    now: context.clock.now(),
  });
  if (result.kind !== 'stored') throw notStored(result, repository, input.imageDigest);
  const { image } = result;
  if (result.existed) {
    throw new AwsFault(
      'ImageAlreadyExistsException',
      `Image with digest '${image.digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${repository.name}' in registry with id '${repository.accountId}'`,
    );
  }
  if (repository.scanOnPush) parts.scans.start(repository, image, context.clock.now());
  parts.changed();
  return {
    image: {
      registryId: repository.accountId,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, imageTag: tag },
      imageManifest: image.text,
      imageManifestMediaType: image.facts.mediaType,
    },
  };
};

function notStored(
  result: Exclude<Awaited<ReturnType<typeof storeImage>>, { kind: 'stored' }>,
  repository: Repository,
  given: unknown,
): AwsFault {
  const where = `the repository with name '${repository.name}' in the registry with id '${repository.accountId}'`;
  switch (result.kind) {
    case 'invalid':
      return new AwsFault(
        'InvalidParameterException',
        `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax' (${result.problem})`,
      );
    case 'digest-mismatch':
      return new AwsFault(
        'ImageDigestDoesNotMatchException',
        `The provided image digest '${given}' does not match with calculated digest '${result.actual}'`,
      );
    case 'blobs-missing':
      return new AwsFault(
        'LayersNotFoundException',
        `Layers with digests '[${result.digests.join(', ')}]' required for pushing image into repository with name '${repository.name}' in the registry with id '${repository.accountId}' do not exist`,
      );
    case 'images-missing':
      return new AwsFault(
        'ReferencedImagesNotFoundException',
        `Images with digests '[${result.digests.join(', ')}]' required for pushing image into ${where} do not exist`,
      );
    case 'tag-immutable':
      return new AwsFault('ImageTagAlreadyExistsException', immutableTag(result.tag, repository.name));
  }
}

const DescribeImages: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const describe = (image: StoredImage) => {
    const imageTags = tagsOf(repository, image.digest);
    const scan = repository.scans.get(image.digest);
    return {
      registryId: repository.accountId,
      repositoryName: repository.name,
      imageDigest: image.digest,
      imageTags: imageTags.length > 0 ? imageTags : undefined,
      imageSizeInBytes: sizeOf(repository, image),
      imagePushedAt: new Date(image.pushedAt),
      ...(scan ? scanSummary(parts.scans, repository, image, context.clock.now()) : {}),
      imageManifestMediaType: image.facts.mediaType,
      artifactMediaType: image.facts.artifactType,
      lastRecordedPullTime: image.pulledAt === undefined ? undefined : new Date(image.pulledAt),
      imageStatus: 'ACTIVE',
    };
  };
  if (input.imageIds !== undefined) {
    if (input.maxResults !== undefined || input.nextToken !== undefined) {
      throw new AwsFault(
        'InvalidParameterException',
        'Invalid request parameters: maxResults and nextToken cannot be used together with imageIds',
      );
    }
    const found = checkIds(input.imageIds).map((id) => {
      const image = ofId(repository, id);
      if (!image) throw imageMissing(id, repository);
      return image;
    });
    return { imageDetails: [...new Set(found)].map(describe) };
  }
  const images = [...repository.images.values()]
    .filter(taggedAs(repository, input.filter?.tagStatus))
    .sort(byDigest);
  const shown = page(images, ({ digest }) => digest, pageOptions(input));
  return { imageDetails: shown.items.map(describe), nextToken: shown.nextToken };
};

const ListImages: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const ids = [...repository.images.values()]
    .filter(taggedAs(repository, input.filter?.tagStatus))
    .flatMap((image): ImageId[] => {
      const tags = tagsOf(repository, image.digest);
      return tags.length > 0
        ? tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }))
        : [{ imageDigest: image.digest }];
    });
  const key = (id: ImageId) => `${id.imageDigest} ${id.imageTag ?? ''}`;
  ids.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const shown = page(ids, key, pageOptions(input));
  return { imageIds: shown.items, nextToken: shown.nextToken };
};

const BatchGetImage: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const accepted: string[] | undefined = input.acceptedMediaTypes;
  const images: unknown[] = [];
  const failures: unknown[] = [];
  for (const id of checkIds(input.imageIds)) {
    const image = ofId(repository, id);
    if (!image || (accepted && accepted.length > 0 && !accepted.includes(image.facts.mediaType))) {
      failures.push(failureOf(repository, id));
      continue;
    }
    image.pulledAt = context.clock.now();
    images.push({
      registryId: repository.accountId,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, imageTag: id.imageTag },
      imageManifest: image.text,
      imageManifestMediaType: image.facts.mediaType,
    });
  }
  return { images, failures };
};

const BatchDeleteImage: Operation = async (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const imageIds: unknown[] = [];
  const failures: unknown[] = [];
  const before = [...repository.blobs.keys()];
  for (const id of checkIds(input.imageIds)) {
    const image = ofId(repository, id);
    if (!image) {
      failures.push(failureOf(repository, id));
      continue;
    }
    const tags = tagsOf(repository, image.digest);
    if (id.imageDigest === undefined && tags.length > 1) {
      repository.tags.delete(id.imageTag!);
      imageIds.push({ imageDigest: image.digest, imageTag: id.imageTag });
      continue;
    }
    const parents = removeImage(repository, image.digest);
    if (parents.length > 0) {
      failures.push({
        imageId: id,
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${parents.join(', ')}]`,
      });
      continue;
    }
    forgetBlobs(repository, image);
    const gone = tags.length > 0 ? tags : [undefined];
    imageIds.push(...gone.map((imageTag) => ({ imageDigest: image.digest, imageTag })));
  }
  parts.changed();
  await sweep(
    parts,
    before.filter((digest) => !repository.blobs.has(digest)),
  );
  return { imageIds, failures };
};

const BatchCheckLayerAvailability: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const digests: string[] = input.layerDigests;
  const valid = digests.filter((digest): digest is string => digestPattern.test(String(digest)));
  return {
    layers: valid.map((layerDigest) => {
      const layerSize = repository.blobs.get(layerDigest);
      return {
        layerDigest,
        layerAvailability: layerSize === undefined ? 'UNAVAILABLE' : 'AVAILABLE',
        layerSize,
      };
    }),
    failures: digests
      .filter((digest) => !digestPattern.test(String(digest)))
      .map((layerDigest) => ({
        layerDigest,
        failureCode: 'InvalidLayerDigest',
        failureReason:
          "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
      })),
  };
};

export const imageHandlers = (parts: ImageParts) =>
  handlersOf(parts, {
    PutImage,
    DescribeImages,
    ListImages,
    BatchGetImage,
    BatchDeleteImage,
    BatchCheckLayerAvailability,
  });

function taggedAs(repository: Repository, status: unknown): (image: StoredImage) => boolean {
  if (status === undefined || status === 'ANY') return () => true;
  const tagged = new Set(repository.tags.values());
  return (image) => tagged.has(image.digest) === (status === 'TAGGED');
}

import { platformPattern } from '../image/build/build-inputs.ts';
import {
  nameOf,
  type PushTarget,
  parseImageReference,
  referenceOf,
  survivesMask,
  wholeName,
} from '../image/reference/image-reference.ts';
import { nameImage, nameProblems } from '../image/tags/name-image.ts';
import { namingInputs } from '../image/tags/naming-inputs.ts';
import { parseTagRules } from '../image/tags/tag-rule.ts';
import { list, text } from '../inputs/kinds.ts';
import { type InputProblem, invalidInputs } from '../inputs/parse-inputs.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { imageIndex, indexProblems, listImages } from '../registry/image-index/image-index.ts';
import { readImages } from '../registry/image-index/read-images.ts';
import { withFreshLogin } from '../registry/login/renew-login.ts';
import { readBack } from '../registry/promote/read-back.ts';
import { tagImage } from '../registry/promote/tag-image.ts';
import { movingLast } from '../registry/push/push-references.ts';
import { patientRegistry } from '../registry/read/patient-registry.ts';
import type { RepositoryName } from '../world/registry.ts';

const inputs = {
  repository: text({
    required: true,
    description: 'The repository that holds the images, with or without its registry host.',
    example: 'team/web',
  }),
  digests: list({
    required: true,
    maxItems: 50,
    item: {
      expression: /^(?:[^\s@]{1,512}@)?(?:sha256:)?[0-9a-f]{64}$/,
      rule: 'a digest (sha256: and 64 hexadecimal digits)',
    },
    description:
      'The digests of the images, one for each platform: the outputs `digest` of build-push. Of an index, all images that it lists and their attestations are included.',
    example: `sha256:${'0'.repeat(64)}`,
  }),
  platforms: list({
    item: platformPattern,
    maxItems: 20,
    description:
      'The platforms that the index must have, no more and no fewer. By default, those of the images: an output that was empty would go unnoticed.',
    example: 'linux/amd64,linux/arm64',
  }),
  ...namingInputs,
  annotations: list({
    lines: true,
    item: {
      expression: /^(?:index:)?[^\s=:][^=:]{0,512}=/,
      rule: 'an annotation of the index like name=value',
    },
    description: 'OCI annotations of the index, as `name=value` or `index:name=value`.',
    example: 'org.opencontainers.image.title=web',
  }),
};

const outputs = {
  image: { description: 'The index by digest, `repository@sha256:…`: what to deploy.' },
  digest: { description: 'The digest of the index.' },
  tags: { description: 'Every reference that now points to it, one per line.' },
  version: { description: 'The first tag.' },
  repository: { description: `The repository without its registry host. ${survivesMask}` },
};

type IndexCall = Call<typeof inputs, typeof outputs>;

export const createImageIndex = defineOperation({
  name: 'create-image-index',
  title: 'Create an image index',
  description:
    'Creates one multi-platform image from the images that several runners pushed by digest, and tags it, without pulling anything.',
  promises: [
    'Nothing is written until every image has been read whole, no platform is there twice, and `platforms` is met.',
    'The index lists exactly the images given, and their attestations; it and every tag are read back at the end.',
    'The same images make the same digest in any order, so running the step again is safe, with immutable tags too.',
  ],
  inputs,
  outputs,
  permissions: [
    {
      action: 'ecr:GetAuthorizationToken',
      resource: '*',
      when: 'when the login made by ecr-login has expired',
      optional: true,
    },
    ...[
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',

      'ecr:PutImage',
    ].map((action) => ({
      action,
      resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${repository}',
      when: 'when the registry is Amazon ECR',
    })),
  ],
  errors: [
    'NOT_FOUND',
    'PUSH_DENIED',
    'REPOSITORY_MISSING',
    'TAG_IMMUTABLE',
    'PUSH_FAILED',
    'CREDENTIALS_EXPIRED',
    'DOCKER_TIMED_OUT',
    'ENDPOINT_UNREACHABLE',
    'RESPONSE_INVALID',
  ],
  branding: { icon: 'layers', color: 'blue' },
  check: problems,

  async run(call) {
    const names = await nameImage(call.inputs, call.world);
    const { registry } = placeOf(call.inputs);
    await withFreshLogin(call.world, registry, () => create(call, names.targets));
    if (names.version !== undefined) await call.output('version', names.version);
  },
});

async function create({ world, inputs: given, output, record }: IndexCall, targets: readonly PushTarget[]) {
  const { log, cancellation: signal } = world.host;
  const registry = await patientRegistry(world);
  const place = placeOf(given);
  const trees = await readImages(world, registry, place, given.digests.map(digestIn));
  const listed = [];
  for (const tree of trees)
    listed.push(
      ...(await listImages(tree, (digest) => registry.blob({ ...place, reference: digest }, { signal }))),
    );
  const wrong = indexProblems(listed, given.platforms);
  if (wrong.length > 0) throw invalidInputs(wrong);
  const index = await imageIndex(listed, annotationsIn(given));
  const image = `${nameOf(place)}@${index.digest}`;
  const references: string[] = [];
  for (const target of movingLast(targets)) {
    const moved = await tagImage(world, registry, place, target.tag, index);
    references.push(referenceOf(target));
    await output('tags', references.join('\n'));
    log.info(`${referenceOf(target)} ${moved ? 'is now' : 'was already'} ${index.digest}`);
  }
  const tree = {
    root: index,
    manifests: [...trees.flatMap(({ manifests }) => manifests), index],
    blobs: trees.flatMap(({ blobs }) => blobs),
  };
  await readBack(world, registry, place, [tree], new Map(targets.map(({ tag }) => [tag, index.digest])));
  await output('image', image);
  await output('digest', index.digest);
  await output('repository', place.repository);
  record.summary(
    { kind: 'heading', text: 'Image index created' },
    {
      kind: 'table',
      head: ['Platform', 'Digest'],
      rows: listed.flatMap(({ platform, entry }) =>
        platform === undefined ? [] : [[platform, entry.digest]],
      ),
    },
    { kind: 'list', items: references.map((reference) => `${reference} is ${index.digest}`) },
  );
}

type Given = IndexCall['inputs'];

function problems(given: Given): readonly InputProblem[] {
  const names = nameProblems(given, true);
  if (names.length > 0) return names;
  const place = nameOf(placeOf(given));
  const parsed = parseTagRules(given.tags ?? []);
  const targets = parsed.ok ? parsed.rules.flatMap(({ target }) => target ?? []) : [];
  const elsewhere = targets.map((target) => nameOf(wholeName(target))).find((name) => name !== place);
  const digests = given.digests.map(digestIn);
  const twice = digests.find((digest, index) => digests.indexOf(digest) !== index);
  const other = given.digests
    .map((digest) => digest.split('@'))
    .find(([name, digest]) => digest !== undefined && name !== place && name !== given.repository);
  const copy = 'promote-image copies images from one repository to another';
  return [
    ...(elsewhere === undefined
      ? []
      : [{ input: 'tags', problem: `names ${elsewhere}, and the images are in ${place}: ${copy}` }]),
    ...(twice === undefined ? [] : [{ input: 'digests', problem: `holds ${twice} twice` }]),
    ...(other === undefined
      ? []
      : [{ input: 'digests', problem: `names ${other[0]}, and the index is for ${place}: ${copy}` }]),
  ];
}

function placeOf({ repository, registry }: Pick<Given, 'repository' | 'registry'>): RepositoryName {
  const parsed = parseImageReference(repository);
  const own = parsed.ok ? parsed.reference : { repository };
  return wholeName({ ...(registry !== undefined && { registry }), ...own });
}

/** Files that are named after digests, as the documentation of Docker passes them, lack the prefix. */
const digestIn = (given: string): string => given.replace(/^(?:.*@)?(?:sha256:)?/, 'sha256:');

const annotationsIn = ({ annotations = [] }: Given): Readonly<Record<string, string>> =>
  Object.fromEntries(
    annotations.map((one) => {
      const [, name = '', value = ''] = /^(?:index:)?([^=]*)=([\s\S]*)$/.exec(one) ?? [];
      return [name, value];
    }),
  );

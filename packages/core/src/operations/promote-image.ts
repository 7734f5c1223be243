import { LandfallError } from '../errors/landfall-error.ts';
import {
  type ImageReference,
  nameOf,
  parseImageReference,
  survivesMask,
  wholeName,
} from '../image/reference/image-reference.ts';
import { boolean, list, text } from '../inputs/kinds.ts';
import { tag as tagPattern } from '../inputs/patterns.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { withFreshLogin } from '../registry/login/renew-login.ts';
import { BlobTally, copyImage } from '../registry/promote/copy-image.ts';
import { copyReferrers } from '../registry/promote/copy-referrers.ts';
import { movedBefore, moveTag } from '../registry/promote/move-tag.ts';
import { planLines, planPromotion } from '../registry/promote/plan-promotion.ts';
import { promotionProblems } from '../registry/promote/promotion-problems.ts';
import { readBack } from '../registry/promote/read-back.ts';
import { judgeTag } from '../registry/promote/remove-tag.ts';
import { tagImage } from '../registry/promote/tag-image.ts';
import { pushActions } from '../registry/push/push-actions.ts';
import { readManifest } from '../registry/read/image-tree.ts';
import { contentOf } from '../registry/read/manifest-content.ts';
import { patientRegistry } from '../registry/read/patient-registry.ts';
import type { Manifest, RegistryTarget, RepositoryName } from '../world/registry.ts';
import type { World } from '../world/world.ts';

const inputs = {
  source: text({
    required: true,
    description:
      'The image to promote, by tag or digest, with its registry host: the output `image` of build-push.',
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web@sha256:…',
  }),
  target: text({
    description:
      'The target repository, with its registry host and optionally a tag. By default, the repository of the source: the image only gets more tags.',
    example: '210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/web',
  }),
  tags: list({
    item: tagPattern,
    description:
      'The tags it gets there. By default, the tag in `target`, otherwise the tag of the source; none for a source by digest.',
    example: 'production',
  }),
  referrers: boolean({
    default: 'true',
    description:
      'Also copy the signatures, attestations and bills of materials that refer to the image (OCI referrers, and cosign tags).',
  }),
  move: boolean({
    default: 'false',
    description:
      'Remove the tag from the source once everything is in the target and has been read back. Only Amazon ECR can delete a tag on condition that it still points to this image, and only the last one, together with the image; any other tag is left in place, with a warning.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Print what would be copied and tagged, and exit without changing anything.',
  }),
};

const outputs = {
  image: { description: 'The image by digest in the target, `repository@sha256:…`.' },
  digest: { description: 'The digest, the same as in the source.' },
  tags: { description: 'Every reference that now points to it, one per line.' },
  repository: { description: `The target repository without its registry host. ${survivesMask}` },
  referrers: {
    description: 'The digests of the signatures and attestations that are now in the target, one per line.',
  },
  moved: {
    description:
      'With `move`: `true` if the tag was removed from the source, `false` if it was left in place, which a warning explains.',
  },
  'bytes-moved': {
    description: 'How many bytes of blobs were transferred through this machine; 0 if all could be mounted.',
  },
};

export const promoteImage = defineOperation({
  name: 'promote-image',
  title: 'Promote an image',
  description:
    'Tags an image, or copies it to another repository, account or region with all its platforms and attestations, without pulling it.',
  promises: [
    'The digest does not change. The image, everything it references and every tag are read back from the target at the end.',
    'Blobs are mounted within a registry and streamed between registries; nothing is stored on disk or buffered whole in memory.',
    'With `move`, the source keeps its tag until the target has been read back. ECR deletes an image together with its last tag: anything that still runs it from the source, even by digest, must have moved before. A tag that could only be deleted regardless of what it points to by then is left in place.',
    'A tag appears only once everything it references is there; running the step again sends what is missing, even if the target holds only part of the image.',
  ],
  inputs,
  outputs,
  permissions: [
    ...['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].map((action) => ({
      action,
      resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${source}',
      when: 'when the source is in Amazon ECR',
    })),
    ...pushActions.map((action) => ({
      action,
      resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${target}',
      when: 'when the target is in Amazon ECR',
    })),
    {
      action: 'ecr:GetAuthorizationToken',
      resource: '*',
      when: 'when the login made by ecr-login expires during a long copy',
      optional: true,
    },
    ...['ecr:DescribeImages', 'ecr:BatchDeleteImage'].map((action) => ({
      action,
      resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${source}',
      when: 'when `move` is true and the source is in Amazon ECR',
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
  branding: { icon: 'chevrons-up', color: 'green' },
  check: promotionProblems,

  async run(call) {
    const { world, inputs: given } = call;
    const source = referenceOf(given.source);
    let from = { ...nameIn(source), reference: source.digest ?? source.tag! };
    // A tag that moves before the second try does not make it another image.
    const pin = (digest: string) => {
      from = { ...from, reference: digest };
    };
    const target = given.target === undefined ? undefined : referenceOf(given.target);
    const to = target ? nameIn(target) : nameIn(source);
    const tags = [...new Set(given.tags ?? [target?.tag ?? source.tag].flatMap((tag) => tag ?? []))];

    // Over all tries: what went through this machine before a login ended was moved, too.
    const tally = new BlobTally();
    const act = () => promote(call, { source, from, to, tags, tally }, pin);
    try {
      await withFreshLogin(world, from.registry, () => withFreshLogin(world, to.registry, act));
    } finally {
      if (!given.dryRun) await call.output('bytes-moved', String(tally.bytes));
    }
  },
});

interface Promotion {
  readonly source: ImageReference;
  readonly from: RegistryTarget;
  readonly to: RepositoryName;
  readonly tags: readonly string[];
  readonly tally: BlobTally;
}

/**
 * All from the check of the source on: restarted with a new login when one expires, and sends only what is missing.
 */
async function promote(
  call: Call<typeof inputs, typeof outputs>,
  { source, from, to, tags, tally }: Promotion,
  pin: (digest: string) => void,
): Promise<void> {
  const { world, inputs: given, output } = call;
  const { host } = world;
  const signal = host.cancellation;
  const registry = await patientRegistry(world);
  const manifest = await readManifest(registry, from, signal).catch(async (thrown: unknown) => {
    throw given.move ? await movedBefore(registry, to, tags[0], thrown, signal) : thrown;
  });
  checkContent(manifest, from);
  pin(manifest.digest);
  if (given.dryRun) {
    await output('digest', manifest.digest);
    const plan = await planPromotion(registry, { ...from, reference: manifest.digest }, to, tags, signal);
    const lines = [
      ...planLines(plan, manifest.digest, to),
      ...(given.move ? [await removalLine(world, from, source.tag!, manifest.digest)] : []),
    ];
    for (const line of lines) host.log.info(line);
    call.record.summary(
      { kind: 'heading', text: 'Image to promote (dry run)' },
      { kind: 'list', items: lines },
    );
    return;
  }
  // By digest from here on: a tag that moves meanwhile does not make two images of this.
  const image = await copyImage(registry, { ...from, reference: manifest.digest }, to, tally, signal);
  const copied = nameOf(from) !== nameOf(to);
  await output('digest', manifest.digest);
  await output('image', `${nameOf(to)}@${manifest.digest}`);
  await output('repository', to.repository);
  const attached =
    given.referrers && copied ? await copyReferrers(world, registry, image, from, to, tally) : undefined;
  if (attached && attached.images.length > 0) {
    const digests = attached.images.map(({ root }) => root.digest);
    await output('referrers', digests.join('\n'));
    host.log.info(`signatures and attestations: ${digests.join(', ')}`);
  }
  if (copied) host.log.info(tally.line() ?? `${nameOf(to)} held ${manifest.digest} already`);
  const references: string[] = [];
  for (const tag of tags) {
    const moved = await tagImage(world, registry, to, tag, manifest);
    references.push(`${nameOf(to)}:${tag}`);
    await output('tags', references.join('\n'));
    host.log.info(`${nameOf(to)}:${tag} ${moved ? 'is now' : 'was already'} ${manifest.digest}`);
  }
  // All of it, and at the end: what was there before, and what was put first, may be gone.
  const images = [image, ...(attached?.images ?? [])];
  const named = new Map([...(attached?.tags ?? []), ...tags.map((tag) => [tag, manifest.digest] as const)]);
  await readBack(world, registry, to, images, named);
  if (given.move && attached?.isWhole === false) {
    host.log.warning(
      `${nameOf(from)}:${source.tag} is left in place: what refers to the image there, and is not copied, would be orphaned`,
    );
    await output('moved', 'false');
  } else if (given.move) {
    const move = { from, tag: source.tag!, to, image, images, tags: named };
    await output('moved', String(await moveTag(world, registry, move)));
  }
  report(call, manifest.digest, from, to, tags, tally.bytes);
}

/** @throws RESPONSE_INVALID for an image without content, which some registries hold and nothing can run */
function checkContent(manifest: Manifest, from: RepositoryName): void {
  const { manifests, blobs, foreign } = contentOf(manifest);
  if (manifests.length + blobs.length + foreign.length > 0) return;
  throw new LandfallError('RESPONSE_INVALID', {
    summary: `${manifest.digest} in ${nameOf(from)} references nothing: neither platforms nor a configuration or layers`,
    remedy: 'Push the image again, and promote the new push.',
  });
}

async function removalLine(world: World, from: RepositoryName, tag: string, digest: string): Promise<string> {
  const judged = await judgeTag(world, from, tag, digest);
  const reference = `${nameOf(from)}:${tag}`;
  return judged.kind === 'left'
    ? `would leave ${reference} in place: ${judged.why}`
    : `would remove ${reference}`;
}

/** Checked with the inputs. */
const referenceOf = (given: string): ImageReference => {
  const parsed = parseImageReference(given);
  return parsed.ok ? parsed.reference : { repository: given };
};
const nameIn = (reference: ImageReference): RepositoryName => {
  const { registry, repository } = wholeName(reference);
  return { registry, repository };
};

function report(
  { record }: Call<typeof inputs, typeof outputs>,
  digest: string,
  from: RepositoryName,
  to: RepositoryName,
  tags: readonly string[],
  bytes: number,
): void {
  record.summary(
    { kind: 'heading', text: 'Image promoted' },
    {
      kind: 'table',
      head: ['From', 'To', 'Tags', 'Digest', 'Bytes moved'],
      rows: [[nameOf(from), nameOf(to), tags.join(', '), digest, String(bytes)]],
    },
  );
}

import { ecrHost } from '../image/ecr-host.ts';
import { parseImageReference } from '../image/image-reference.ts';
import { manifestTypes } from '../image/manifest-types.ts';
import { type Probe, probe } from '../reading/probe.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';

/** Whether what runs is what an image reference names now, with a clause that says how it stands. */
export type Standing =
  | { readonly kind: 'same' }
  | { readonly kind: 'moved' | 'unknown'; readonly why: string };

/**
 * A tag can have been pushed again since: the same reference then means another image, and a service that has it
 * already does not run it. ECS tells the digest that it resolved, ECR the one that the tag names now. Where either
 * is not to be had, the answer is `unknown`, and nobody may call the service up to date.
 */
export async function standingOf(
  image: string,
  revisionArn: string | undefined,
  ecs: Ecs,
  world: World,
): Promise<Standing> {
  const parsed = parseImageReference(image);
  if (parsed.ok && parsed.reference.digest !== undefined) return { kind: 'same' };
  const host = parsed.ok ? ecrHost(parsed.reference.registry ?? '') : undefined;
  if (!parsed.ok || host?.kind !== 'private')
    return {
      kind: 'unknown',
      why: `whether ${image} names another image by now cannot be told: it is not in a private registry of ECR`,
    };
  const signal = world.host.cancellation;
  const { repository, tag = 'latest' } = parsed.reference;
  const [runs, named] = await Promise.all([
    probe(async () => {
      if (revisionArn === undefined) return undefined;
      const { serviceRevisions } = await ecs.describeServiceRevisions(
        { serviceRevisionArns: [revisionArn] },
        { signal },
      );
      return serviceRevisions?.[0]?.containerImages?.find((one) => one.image === image)?.imageDigest;
    }),
    probe(async () => {
      const ecr = await world.aws.ecr(host.region);
      const { images } = await ecr.batchGetImage(
        {
          registryId: host.accountId,
          repositoryName: repository,
          imageIds: [{ imageTag: tag }],
          acceptedMediaTypes: manifestTypes,
        },
        { signal },
      );
      const digest = images?.[0]?.imageId?.imageDigest;
      return digest === undefined ? undefined : { digest, manifest: images?.[0]?.imageManifest ?? '' };
    }),
  ]);
  const untold = [runs, named].find((one) => one.kind !== 'found');
  if (runs.kind !== 'found' || named.kind !== 'found')
    return {
      kind: 'unknown',
      why: `whether ${image} names another image by now cannot be told: ${because(untold!)}`,
    };
  // Of an image for several platforms ECS may tell the one that it took, which its index names.
  const { digest, manifest } = named.value;
  return runs.value === digest || manifest.includes(`"${runs.value}"`)
    ? { kind: 'same' }
    : { kind: 'moved', why: `${image} names ${digest} now, and ${runs.value} runs` };
}

const because = (one: Probe<unknown>) => {
  switch (one.kind) {
    case 'denied':
      return `the caller lacks ${one.action}`;
    case 'failed':
      return one.message;
    default:
      return 'AWS shows no digest of it';
  }
};

import { parseImageReference } from '../image/image-reference.ts';
import { type Probe, probe } from '../reading/probe.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { isOrNames, readEcrImage } from './ecr-image.ts';

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
  const inEcr = parsed.ok
    ? readEcrImage(parsed.reference, { imageTag: parsed.reference.tag ?? 'latest' }, world)
    : undefined;
  if (inEcr === undefined)
    return {
      kind: 'unknown',
      why: `whether ${image} names another image by now cannot be told: it is not in a private registry of ECR`,
    };
  const signal = world.host.cancellation;
  const [runs, named] = await Promise.all([
    probe(async () => {
      if (revisionArn === undefined) return undefined;
      const { serviceRevisions } = await ecs.describeServiceRevisions(
        { serviceRevisionArns: [revisionArn] },
        { signal },
      );
      return serviceRevisions?.[0]?.containerImages?.find((one) => one.image === image)?.imageDigest;
    }),
    inEcr,
  ]);
  const untold = [runs, named].find((one) => one.kind !== 'found');
  if (runs.kind !== 'found' || named.kind !== 'found')
    return {
      kind: 'unknown',
      why: `whether ${image} names another image by now cannot be told: ${because(untold!)}`,
    };
  return isOrNames(named.value, runs.value)
    ? { kind: 'same' }
    : { kind: 'moved', why: `${image} names ${named.value.digest} now, and ${runs.value} runs` };
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

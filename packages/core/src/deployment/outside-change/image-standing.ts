import { primaryOf, revisionArnOf } from '../../ecs/deployments.ts';
import { type Probe, probe } from '../../reading/probe.ts';
import { readHeldImage } from '../../registry/read/held-image.ts';
import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import type { Target } from '../service/read-service-targets.ts';
import { because, compareImage, type Standing } from './changes.ts';
import type { Reference } from './references.ts';
import type { RunningTasks } from './running-tasks.ts';

type ImageReferenceOf = Extract<Reference, { kind: 'image' }>;
type Digests = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The digests that ECS resolved for a deployment, by image: it starts each later task of it from the same. It tells
 * none for a container without version consistency, for a service without tasks, and for task sets.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
 */
export async function readPinnedDigests(
  { service }: Target,
  ecs: Ecs,
  signal: AbortSignal,
): Promise<Probe<Digests>> {
  const revision = revisionArnOf(service, primaryOf(service)?.id);
  if (revision === undefined) return { kind: 'absent' };
  return probe(async () => {
    const { serviceRevisions } = await ecs.describeServiceRevisions(
      { serviceRevisionArns: [revision] },
      { signal },
    );
    const images = serviceRevisions?.[0]?.containerImages ?? [];
    return new Map(
      images.flatMap(({ image, imageDigest }) =>
        image && imageDigest ? [[image, new Set([imageDigest])] as const] : [],
      ),
    );
  });
}

/** A tag against what runs: ECS pins the digest of a tag, so a new deployment starts what the tag names by then. */
export async function readImageStanding(
  { name, image }: ImageReferenceOf,
  pinned: Probe<Digests>,
  readRunning: () => Promise<Probe<RunningTasks>>,
  world: World,
): Promise<Standing> {
  let digests = pinned.kind === 'found' ? pinned.value.get(name) : undefined;
  if (digests === undefined) {
    const running = await readRunning();
    if (running.kind !== 'found') return { kind: 'unknown', why: because(running, 'ECS shows no tasks') };
    // Without a digest and without a task, the next task starts what the tag names then: the same as a deployment.
    if (running.value.since === undefined) return { kind: 'same' };
    digests = running.value.digests.get(name);
    if (digests === undefined) {
      const why = pinned.kind === 'denied' || pinned.kind === 'failed' ? pinned : undefined;
      return { kind: 'unknown', why: why ? because(why, '') : 'ECS shows no digest of it' };
    }
  }
  const held = await readHeldImage(image, world, digests);
  if (held.kind !== 'found') return { kind: 'unknown', why: because(held, 'its registry has no such tag') };
  return compareImage(name, held.value, digests);
}

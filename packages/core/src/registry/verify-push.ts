import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { nameOf } from '../image/image-reference.ts';
import type { BuiltImage } from '../world/docker.ts';
import type { Registry } from '../world/registry.ts';
import type { World } from '../world/world.ts';
import type { PushedReference } from './push-references.ts';
import { sameImage } from './same-image.ts';

/**
 * Asks the registry whether it holds what was pushed, and whether that is the image that was built: on an engine
 * that several jobs share, a tag can be moved between the build and the push.
 * @throws DIGEST_UNKNOWN, PUSH_FAILED
 */
export async function verifyPush(
  { host }: World,
  registry: Registry,
  built: BuiltImage,
  pushed: readonly PushedReference[],
): Promise<void> {
  // What an immutable tag held was compared when it was met.
  const moved = pushed.filter((each) => each.moved);
  for (const one of new Map(moved.map((each) => [`${nameOf(each)}@${each.digest}`, each])).values()) {
    const reference = `${nameOf(one)}@${one.digest}`;
    const manifest = await registry
      .manifest({ ...one, reference: one.digest }, { signal: host.cancellation })
      .catch((thrown: unknown) => {
        // To push is one permission and to read another; docker's own word then has to do.
        const unreadable = (['PUSH_DENIED', 'ENDPOINT_UNREACHABLE'] as const).some((code) =>
          isLandfallError(thrown, code),
        );
        if (!unreadable) throw thrown;
        host.log.notice(`${reference} could not be read back: ${(thrown as LandfallError).summary}`);
        return 'unreadable' as const;
      });
    if (manifest === 'unreadable') continue;
    if (manifest === undefined) {
      throw new LandfallError('DIGEST_UNKNOWN', {
        summary: `the push reported ${reference}, which the registry does not hold`,
      });
    }
    if (built.digest === undefined && built.imageId !== undefined && !sameImage(manifest, built.imageId)) {
      throw new LandfallError('PUSH_FAILED', {
        summary: `${reference} is not the image that this run built (${built.imageId})`,
        remedy: 'Another build on this Docker engine moved the tag in between: run the step again.',
      });
    }
  }
  const digests = new Set(
    pushed.filter((one) => nameOf(one) === nameOf(pushed[0]!)).map(({ digest }) => digest),
  );
  if (digests.size > 1) {
    throw new LandfallError('PUSH_FAILED', {
      summary: `the tags of ${nameOf(pushed[0]!)} were pushed as different images: ${[...digests].join(', ')}`,
      remedy: 'Another build on this Docker engine moved a tag in between: run the step again.',
    });
  }
}

import { isLandfallError } from '../../errors/landfall-error.ts';
import {
  type ImageReference,
  parseImageReference,
  wholeName,
} from '../../image/reference/image-reference.ts';
import { type Probe, probe } from '../../reading/probe.ts';
import { askEcr } from '../../registry/read/ecr-image.ts';
import type { RegistryTarget } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, warn } from '../check.ts';
import { notFound } from '../not-found.ts';
import { containersOf, onFargate, type Subject } from '../subject.ts';
import {
  manifestPlatforms,
  type Platform,
  platformOf,
  platformText,
  requiredPlatform,
  runsOn,
} from './platforms.ts';

/** The platforms of an image; undefined when they could not be determined. */
interface ImageFacts {
  readonly platforms: readonly Platform[] | undefined;
}

/** By the text of the reference. */
type Images = ReadonlyMap<string, Probe<ImageFacts>>;

export async function readImages(subject: Subject, world: World): Promise<Images> {
  const found = new Map<string, Probe<ImageFacts>>();
  const images = new Set(containersOf(subject).flatMap(({ image }) => image ?? []));
  await Promise.all(
    [...images].map(async (image) => {
      const parsed = parseImageReference(image);
      if (parsed.ok) found.set(image, await probe(() => readImage(parsed.reference, world)));
    }),
  );
  return found;
}

function targetOf(reference: ImageReference): RegistryTarget {
  const { registry, repository, tag, digest } = wholeName(reference);
  return { registry, repository, reference: digest ?? tag ?? 'latest' };
}

async function readImage(reference: ImageReference, world: World): Promise<ImageFacts | undefined> {
  const signal = world.host.cancellation;
  const target = targetOf(reference);
  const { digest } = reference;
  const inEcr = askEcr(
    reference,
    digest === undefined ? { imageTag: target.reference } : { imageDigest: digest },
    world,
  );
  if (inEcr) {
    const manifest = (await inEcr())?.imageManifest;
    return manifest === undefined ? undefined : { platforms: await platformsOf(manifest, target, world) };
  }
  const registry = await world.registry();
  if ((await registry.head(target, { signal })) === undefined) return undefined;
  // Docker Hub counts each read of a manifest against a limit that the tasks need for their pulls; HEAD is free.
  if (target.registry === 'docker.io') return { platforms: undefined };
  const manifest = await registry.manifest(target, { signal });
  return (
    manifest && { platforms: await platformsOf(new TextDecoder().decode(manifest.bytes), target, world) }
  );
}

async function platformsOf(
  manifest: string,
  target: RegistryTarget,
  world: World,
): Promise<readonly Platform[] | undefined> {
  const said = manifestPlatforms(manifest);
  if (said.kind === 'listed') return said.platforms;
  if (said.kind === 'unsaid') return undefined;
  try {
    const registry = await world.registry();
    const blob = await registry.blob(
      { ...target, reference: said.digest },
      { signal: world.host.cancellation },
    );
    const platforms = platformOf(JSON.parse(new TextDecoder().decode(blob)));
    return platforms.length > 0 ? platforms : undefined;
  } catch (thrown) {
    if (!isLandfallError(thrown) && !(thrown instanceof SyntaxError)) throw thrown;
    if (isLandfallError(thrown, 'CANCELLED')) throw thrown;
    // No login to the registry, or no way there: the image exists, and its platform stays unknown.
    world.host.log.debug(`the configuration of ${target.repository} could not be read: ${thrown.message}`);
    return undefined;
  }
}

export function checkImages(subject: Subject, images: Images): readonly Check[] {
  const { runtimePlatform } = subject.taskDefinition;
  const wanted = requiredPlatform(runtimePlatform, onFargate(subject));
  return containersOf(subject).map(({ name, image }): Check => {
    const container = `${name}`;
    if (!image) return error('image', container, 'has no image', 'Set the image of the container.');
    const parsed = parseImageReference(image);
    if (!parsed.ok) {
      return error(
        'image',
        container,
        `has the image ${image}, which ${parsed.problem}`,
        'Correct the image.',
      );
    }
    const asked = images.get(image) ?? { kind: 'absent' };
    if (asked.kind !== 'found') {
      return notFound('image', container, asked, {
        message: `needs the image ${image}, which does not exist`,
        remedy: 'Push the image first, or correct the reference.',
      });
    }
    return platformCheck(container, image, asked.value.platforms, wanted);
  });
}

function platformCheck(
  container: string,
  image: string,
  platforms: readonly Platform[] | undefined,
  wanted: Partial<Platform> | undefined,
): Check {
  if (!wanted) return ok('image', container, `has the image ${image}, which exists`);
  const runs = [wanted.os, wanted.architecture].filter((one) => one !== undefined).join('/');
  if (!platforms) {
    return warn(
      'image',
      container,
      `has the image ${image}, which exists; could not determine whether it supports ${runs}`,
      image.includes('/')
        ? 'Log in to the registry before this step, so that this can be checked.'
        : undefined,
    );
  }
  const shown = platforms.map(platformText).join(', ');
  if (platforms.some((one) => runsOn(one, wanted))) {
    return ok('image', container, `has the image ${image}, which exists for ${shown}`);
  }
  return error(
    'image',
    container,
    `has the image ${image} for ${shown || 'no platform'}, but the task runs on ${runs}`,
    `Build the image for ${runs}, or set runtimePlatform to match it.`,
  );
}

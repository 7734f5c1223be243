import { LandfallError } from '../errors/landfall-error.ts';
import type { BuildValues } from '../image/build/build-request.ts';
import { formatImageReference, parseImageReference, wholeName } from '../image/reference/image-reference.ts';
import { type Pair, pairs } from '../inputs/kinds.ts';
import { patientRegistry } from '../registry/read/patient-registry.ts';
import type { World } from '../world/world.ts';

export const baseImageInputs = {
  'base-image': pairs({
    description:
      'Base images to pin by digest, as `NAME=image`. A name in capitals is a build argument (`FROM ${NAME}`); any other is the name after `FROM`, replaced through a build context (buildx). A tag is resolved once for the whole run; an image with a tag and a digest stays at its digest, and the log says if the tag has been re-pushed.',
    example: 'BASE_IMAGE=public.ecr.aws/docker/library/node:24',
  }),
};

export interface BaseImage {
  readonly name: string;
  /** As given. */
  readonly image: string;
  /** `registry/repository@sha256:…` */
  readonly pinned: string;
  readonly digest: string;
}

const isArgument = (name: string) => /^[A-Z_][A-Z0-9_]*$/.test(name);
const labels = { name: 'org.opencontainers.image.base.name', digest: 'org.opencontainers.image.base.digest' };

export function baseImageProblems(baseImages: readonly Pair[] | undefined) {
  return (baseImages ?? []).flatMap(({ name, value }) => {
    const parsed = parseImageReference(value.trim());
    if (!parsed.ok) return [{ input: 'base-image', problem: `${name} ${parsed.problem}` }];
    const { tag, digest } = parsed.reference;
    return tag === undefined && digest === undefined
      ? [{ input: 'base-image', problem: `${name} must name a tag or a digest: "latest" is never assumed` }]
      : [];
  });
}

/**
 * Looks the base images up. @throws NOT_FOUND for one that its registry does not have, and the codes of a registry
 */
export async function pinBaseImages(
  baseImages: readonly Pair[] | undefined,
  world: World,
): Promise<readonly BaseImage[]> {
  const { host } = world;
  const found: BaseImage[] = [];
  for (const { name, value } of baseImages ?? []) {
    const parsed = parseImageReference(value.trim());
    if (!parsed.ok) continue;
    const reference = wholeName(parsed.reference);
    const { registry, repository, tag, digest } = reference;
    const held =
      tag === undefined
        ? undefined
        : await (await patientRegistry(world)).head(
            { registry, repository, reference: tag },
            { signal: host.cancellation },
          );
    if (tag !== undefined && held === undefined && digest === undefined) {
      throw new LandfallError('NOT_FOUND', {
        summary: `the base image ${formatImageReference(reference)} (${name}) does not exist`,
        remedy: 'Check its name and tag, and that this job is allowed to read it.',
      });
    }
    if (digest !== undefined && held !== undefined && held.digest !== digest) {
      host.log.notice(
        `the base image ${registry}/${repository}:${tag} (${name}) was re-pushed as ${held.digest}; this build stays at ${digest}`,
      );
    }
    const pin = digest ?? held!.digest;
    const pinned = formatImageReference({ registry, repository, digest: pin });
    host.log.info(`base image ${name}: ${pinned}`);
    found.push({ name, image: value.trim(), pinned, digest: pin });
  }
  return found;
}

/** The build with its base images pinned. A single one is noted in the OCI labels that are meant for it. */
export function onBaseImages<V extends BuildValues>(values: V, bases: readonly BaseImage[]): V {
  if (bases.length === 0) return values;
  const add = (given: readonly Pair[] | undefined, more: readonly Pair[]) =>
    more.length === 0
      ? given
      : [...(given ?? []).filter(({ name }) => !more.some((one) => one.name === name)), ...more];
  const [only] = bases;
  const noted =
    bases.length === 1
      ? [
          { name: labels.name, value: only!.image },
          { name: labels.digest, value: only!.digest },
        ]
      : [];
  return {
    ...values,
    buildArgs: add(
      values.buildArgs,
      bases.filter(({ name }) => isArgument(name)).map(({ name, pinned }) => ({ name, value: pinned })),
    ),
    buildContexts: add(
      values.buildContexts,
      bases
        .filter(({ name }) => !isArgument(name))
        .map(({ name, pinned }) => ({ name, value: `docker-image://${pinned}` })),
    ),
    labels: add(
      values.labels,
      noted.filter(({ name }) => !values.labels?.some((one) => one.name === name)),
    ),
  };
}

export const baseImagesOutput = (bases: readonly BaseImage[]) =>
  JSON.stringify(Object.fromEntries(bases.map(({ name, pinned }) => [name, pinned])));

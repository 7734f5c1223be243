import { LandfallError } from '../../errors/landfall-error.ts';
import { type ImageReference, wholeName } from '../../image/reference/image-reference.ts';
import { type Probe, probe } from '../../reading/probe.ts';
import { formatDuration } from '../../time/duration.ts';
import { withinTime } from '../../time/within-time.ts';
import type { Registry } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { askEcr } from './ecr-image.ts';
import { patientRegistry } from './patient-registry.ts';

/** An image as its registry holds it. */
export interface HeldImage {
  readonly digest: string;
  /** Where it was needed: an index names the digests of its platforms. */
  readonly manifest?: string | undefined;
}

/** For all reads of one image: what a registry reports is a help, and must not delay a deployment. Milliseconds. */
const patience = 15_000;

/**
 * What a reference, by tag or by digest, names in its registry now: ECR is asked by its API, which needs no login of
 * Docker, any other registry as Docker asks it. Its manifest is read unless the digest is one of `known`: Docker Hub
 * counts the reading of a manifest as a pull, and HEAD as nothing.
 */
export function readHeldImage(
  reference: ImageReference,
  world: World,
  known: ReadonlySet<string> = new Set(),
): Promise<Probe<HeldImage>> {
  const { registry, repository, tag = 'latest', digest } = wholeName(reference);
  const id = digest === undefined ? { imageTag: tag } : { imageDigest: digest };
  const inEcr = askEcr(reference, id, world);
  if (inEcr)
    return probe(async () => {
      const image = await inEcr();
      const held = image?.imageId?.imageDigest;
      return held === undefined ? undefined : { digest: held, manifest: image?.imageManifest };
    });
  return probe(() =>
    inTime(registry, world, async (client, signal) => {
      const target = { registry, repository, reference: digest ?? tag };
      const held = digest === undefined ? (await client.head(target, { signal }))?.digest : digest;
      if (held === undefined || known.has(held)) return held === undefined ? undefined : { digest: held };
      const manifest = await client.manifest({ ...target, reference: held }, { signal });
      return manifest && { digest: held, manifest: new TextDecoder().decode(manifest.bytes) };
    }),
  );
}

/**
 * Of an image for several platforms ECS may tell the one that it took, which its index lists. A digest elsewhere in
 * the manifest (in an annotation, of the configuration, a layer or an attestation) is not an image that runs.
 */
export const isOrNames = ({ digest, manifest }: HeldImage, told: string): boolean =>
  told === digest || platformDigests(manifest).includes(told);

interface IndexEntry {
  readonly digest?: unknown;
  readonly platform?: { readonly os?: unknown } | null;
}

function platformDigests(manifest: string | undefined): readonly unknown[] {
  if (manifest === undefined) return [];
  try {
    const { manifests } = JSON.parse(manifest) as { manifests?: readonly (IndexEntry | null)[] };
    // BuildKit gives an attestation the platform `unknown/unknown`.
    return (manifests ?? [])
      .filter((entry) => entry?.platform?.os !== 'unknown')
      .map((entry) => entry?.digest);
  } catch {
    // No manifest that a registry should hold, so it names nothing.
    return [];
  }
}

async function inTime<T>(
  registry: string,
  world: World,
  ask: (client: Registry, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, host } = world;
  const { log, cancellation } = host;
  const limit = withinTime(patience, clock);
  const signal = AbortSignal.any([limit.signal, cancellation]);
  try {
    const client = await patientRegistry({ ...world, host: { log, cancellation: signal } });
    return await ask(client, signal);
  } catch (thrown) {
    if (!limit.signal.aborted || cancellation.aborted) throw thrown;
    throw new LandfallError('ENDPOINT_UNREACHABLE', {
      summary: `the registry ${registry} did not respond within ${formatDuration(patience)}`,
      cause: thrown,
    });
  } finally {
    limit.release();
  }
}

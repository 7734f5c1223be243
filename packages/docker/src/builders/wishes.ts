import type { BuildWishes } from '@landfall/core/world/docker';
import { cacheType } from '../arguments/build-arguments.ts';

export interface Wish {
  /** The input, by its name. */
  readonly input: string;
  readonly needs: 'buildkit' | 'buildx';
  /** The buildx release that first had it. */
  readonly since?: string;
}

const some = (values: readonly unknown[] | undefined) => (values?.length ?? 0) > 0;
const asked = (attestation: string | undefined) => attestation !== undefined && attestation !== 'false';

/** What of a build the classic builder, or a BuildKit without buildx, cannot do. */
export function wishesOf(request: BuildWishes): readonly Wish[] {
  const outputs = request.outputs ?? [];
  const several = outputs.length + (request.besideOutputs ? 1 : 0) > 1;
  const simpleCaches = ['registry', 'inline'];
  const wishes: readonly (Wish & { readonly asked: boolean })[] = [
    { input: 'secrets', needs: 'buildkit', asked: some(request.secrets) },
    { input: 'secret-files', needs: 'buildkit', asked: some(request.secretFiles) },
    { input: 'secret-envs', needs: 'buildkit', asked: some(request.secretEnvs) },
    { input: 'ssh', needs: 'buildkit', asked: some(request.ssh) },
    {
      input: 'cache-to',
      needs: 'buildkit',
      asked: request.cacheTo?.some((cache) => cacheType(cache) === 'inline') === true,
    },
    { input: 'platforms', needs: 'buildx', asked: (request.platforms?.length ?? 0) > 1 },
    {
      input: 'cache-to',
      needs: 'buildx',
      asked: request.cacheTo?.some((cache) => cacheType(cache) !== 'inline') === true,
    },
    {
      input: 'cache-from',
      needs: 'buildx',
      asked: request.cacheFrom?.some((cache) => !simpleCaches.includes(cacheType(cache))) === true,
    },
    { input: 'build-contexts', needs: 'buildx', since: '0.8.0', asked: some(request.buildContexts) },
    { input: 'no-cache-filters', needs: 'buildx', since: '0.8.0', asked: some(request.noCacheFilters) },
    {
      input: 'allow',
      needs: 'buildx',
      // An engine's own BuildKit allows the network of the host unasked.
      asked: request.allow?.some((one) => one !== 'network.host') === true,
    },
    { input: 'annotations', needs: 'buildx', since: '0.12.0', asked: some(request.annotations) },
    { input: 'attests', needs: 'buildx', since: '0.10.0', asked: some(request.attests) },
    { input: 'provenance', needs: 'buildx', since: '0.10.0', asked: asked(request.provenance) },
    { input: 'sbom', needs: 'buildx', since: '0.10.0', asked: asked(request.sbom) },
    { input: 'builder', needs: 'buildx', asked: request.builder !== undefined },
    {
      input: 'outputs',
      needs:
        several || !outputs.every((output) => /^type=(?:local|tar),/.test(output)) ? 'buildx' : 'buildkit',
      ...(several && { since: '0.13.0' }),
      asked: outputs.length > 0,
    },
    { input: 'outputs', needs: 'buildx', asked: some(request.imageAttributes) },
    { input: 'call', needs: 'buildx', since: '0.15.0', asked: request.call !== undefined },
  ];
  return wishes.filter((wish) => wish.asked).map(({ asked: _, ...wish }) => wish);
}

/**
 * What an engine may not be able to hold, so that the builder pushes it: attestations and several platforms make an
 * index, and the engine packs an image in its own way.
 */
export const makesIndex = (request: BuildWishes) =>
  (request.platforms?.length ?? 0) > 1 ||
  some(request.imageAttributes) ||
  some(request.attests) ||
  asked(request.provenance) ||
  asked(request.sbom);

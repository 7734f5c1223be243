import type { BuildSpecification } from '@landfall/core/world/docker';
import { cacheType } from '../arguments/build-arguments.ts';

export interface BuilderRequirement {
  /** The input, by its name. */
  readonly input: string;
  /** `engine`: any builder, but not an engine's own BuildKit before `engine`, which takes it and does nothing. */
  readonly needs: 'engine' | 'buildkit' | 'buildx';
  /** The buildx release that first had it. */
  readonly since?: string;
  readonly engine?: string;
}

const some = (values: readonly unknown[] | undefined) => (values?.length ?? 0) > 0;
/** moby/moby 23.0, with BuildKit 0.10: builder/builder-next/builder.go. */
const limited = { needs: 'engine', engine: '23.0.0' } as const;
const asked = (attestation: string | undefined) => attestation !== undefined && attestation !== 'false';

const describesPush = ({ imageAttributes, pushByDigest }: BuildSpecification) =>
  some(imageAttributes) || pushByDigest === true;

/** What of a build the classic builder, or a BuildKit without buildx, cannot do. */
export function requirementsOf(request: BuildSpecification): readonly BuilderRequirement[] {
  const outputs = request.outputs ?? [];
  const several = outputs.length + (request.besideOutputs ? 1 : 0) > 1;
  const simpleCaches = ['registry', 'inline'];
  const requirements: readonly (BuilderRequirement & { readonly asked: boolean })[] = [
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
    { input: 'outputs', needs: 'buildx', asked: describesPush(request) },
    { input: 'call', needs: 'buildx', since: '0.15.0', asked: request.call !== undefined },
    { input: 'shm-size', ...limited, asked: request.shmSize !== undefined },
    { input: 'ulimit', ...limited, asked: some(request.ulimits) },
    { input: 'cgroup-parent', ...limited, asked: request.cgroupParent !== undefined },
  ];
  return requirements
    .filter((requirement) => requirement.asked)
    .map(({ asked: _, ...requirement }) => requirement);
}

/**
 * The inputs for whose sake the builder pushes, by their names: attestations and several platforms make an index,
 * which an engine may not be able to hold, and it packs an image in its own way, without annotations.
 */
export const pushedByBuilder = (request: BuildSpecification): readonly string[] =>
  (
    [
      ['platforms', (request.platforms?.length ?? 0) > 1],
      ['outputs', describesPush(request)],
      ['annotations', some(request.annotations)],
      ['attests', some(request.attests)],
      ['provenance', asked(request.provenance)],
      ['sbom', asked(request.sbom)],
    ] as const
  ).flatMap(([input, is]) => (is ? [input] : []));

export const makesIndex = (request: BuildSpecification) => pushedByBuilder(request).length > 0;

import { nameOf } from '../../image/reference/image-reference.ts';
import type { Host } from '../../world/host.ts';
import type { Registry, RegistryTarget } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { retryTransient } from './retry.ts';

/**
 * The registries, where a request that failed for a reason that passes (a 503, a 429, a connection that broke) is
 * made again after a pause. Every one of them may be repeated: manifests are put under what they are, and a blob
 * that is there is not sent twice.
 */
export async function patientRegistry(
  world: Pick<World, 'registry' | 'clock'> & { readonly host: Pick<Host, 'log' | 'cancellation'> },
): Promise<Registry> {
  const { clock, host } = world;
  const registry = await world.registry();
  const patiently = <T>(what: string, act: () => Promise<T>) =>
    retryTransient({ what, attempts: 4, pause: 1000, clock, log: host.log, signal: host.cancellation }, act);
  return {
    head: (target, options) =>
      patiently(`the lookup of ${name(target)}`, () => registry.head(target, options)),
    manifest: (target, options) =>
      patiently(`reading ${name(target)}`, () => registry.manifest(target, options)),
    putManifest: (target, manifest, options) =>
      patiently(`the push of ${name(target)}`, () => registry.putManifest(target, manifest, options)),
    referrers: (target, options) =>
      patiently(`the lookup of what refers to ${name(target)}`, () => registry.referrers(target, options)),
    hasBlob: (target, options) =>
      patiently(`the lookup of ${name(target)}`, () => registry.hasBlob(target, options)),
    blob: (target, options) => patiently(`reading ${target.reference}`, () => registry.blob(target, options)),
    copyBlob: (request, options) =>
      patiently(`the copy of ${request.digest}`, () => registry.copyBlob(request, options)),
  };
}

const name = (target: RegistryTarget) =>
  `${nameOf(target)}${target.reference.includes(':') ? '@' : ':'}${target.reference}`;

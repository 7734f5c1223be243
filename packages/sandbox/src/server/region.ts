import type { AwsService } from '../api/aws-service.ts';
import type { ServiceModule, ServiceParts } from '../services/shared/service-module.ts';

/** Everything one account has in one region. */
export interface Region {
  readonly services: ReadonlyMap<string, AwsService>;
  readonly shared: ServiceParts['shared'];
  save(): unknown;
  restore(state: unknown): void;
  /** See LocalAws.close. */
  close(keep: boolean): Promise<void>;
}

export function createRegion(given: Omit<ServiceParts, 'shared'>, modules: readonly ServiceModule[]): Region {
  const parts: ServiceParts = { ...given, shared: once((make) => make(parts)) };
  const services = new Map(modules.map(({ name, create }) => [name, parts.shared(create)]));
  return {
    services,
    shared: parts.shared,
    save: () => Object.fromEntries([...services].map(([name, service]) => [name, service.save()])),
    restore(state) {
      const saved = state as Record<string, unknown>;
      for (const [name, service] of services) {
        if (saved[name] !== undefined) service.restore(saved[name]);
      }
    },
    async close(keep) {
      for (const service of services.values()) await service.close?.({ keep });
    },
  };
}

/** Remembers what each maker made, so that all who ask with it get the same. */
export function once<Parts extends unknown[]>(
  run: <Thing>(make: (...parts: Parts) => Thing) => Thing,
): <Thing>(make: (...parts: Parts) => Thing) => Thing {
  const made = new Map<unknown, unknown>();
  return <Thing>(make: (...parts: Parts) => Thing): Thing => {
    if (!made.has(make)) made.set(make, run(make));
    return made.get(make) as Thing;
  };
}

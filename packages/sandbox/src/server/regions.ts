import { seededRandom } from '../clock/random.ts';
import type { ServiceModule, ServiceParts } from '../services/shared/service-module.ts';
import { createRegion, once, type Region } from './region.ts';

export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

interface Regions {
  readonly home: Region;
  /** Created on first use: every account has every region, empty. */
  at(accountId: string, region: string): Region;
  all(): readonly Region[];
  save(): Readonly<Record<string, unknown>>;
  restore(saved: Readonly<Record<string, unknown>>): void;
}

/** What is the same in every account and region. */
type Common = Omit<ServiceParts, 'accountId' | 'region' | 'partition' | 'random' | 'shared' | 'global'>;

export function createRegions(
  home: { readonly accountId: string; readonly region: string },
  modules: readonly ServiceModule[],
  seed: number,
  common: Common,
): Regions {
  const known = new Map<string, Region>();
  const global = once((make) => make());
  const at = (accountId: string, region: string): Region => {
    const key = `${accountId}/${region}`;
    const isHome = accountId === home.accountId && region === home.region;
    const found =
      known.get(key) ??
      createRegion(
        {
          ...common,
          accountId,
          region,
          partition: partitionOf(region),
          random: seededRandom(seed + known.size),
          // The registry at our address holds the home region's repositories, no other's.
          host: () => (isHome ? common.host() : undefined),
          global,
        },
        modules,
      );
    known.set(key, found);
    return found;
  };
  return {
    home: at(home.accountId, home.region),
    at,
    all: () => [...known.values()],
    save: () => Object.fromEntries([...known].map(([key, region]) => [key, region.save()])),
    restore(saved) {
      for (const [key, state] of Object.entries(saved)) {
        const [accountId, region] = key.split('/') as [string, string];
        at(accountId, region).restore(state);
      }
    },
  };
}

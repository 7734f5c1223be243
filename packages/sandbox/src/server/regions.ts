import { seededRandom } from '../random.ts';
import type { SandboxOptions } from '../sandbox-options.ts';
import type { Roles } from '../services/iam/roles.ts';
import type { Buckets } from '../services/s3/buckets.ts';
import type { Parameters } from '../services/ssm/parameters.ts';
import { createRegion, type Region, type RegionParts } from './region.ts';

export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

export interface Regions {
  readonly home: Region;
  /** Made when first asked for: every account has every region, empty. */
  at(accountId: string, region: string): Region;
  all(): readonly Region[];
  save(): Readonly<Record<string, unknown>>;
  restore(saved: Readonly<Record<string, unknown>>): void;
}

type Shared = Omit<
  RegionParts,
  | 'accountId'
  | 'region'
  | 'partition'
  | 'random'
  | 'tasks'
  | 'timing'
  | 'docker'
  | 'roles'
  | 'buckets'
  | 'parameters'
>;

export function createRegions(
  home: { readonly accountId: string; readonly region: string },
  options: SandboxOptions,
  seed: number,
  shared: Shared,
): Regions {
  const known = new Map<string, Region>();
  const roles: Roles = new Map();
  const buckets: Buckets = new Map();
  const parameters: Parameters = new Map();
  const at = (accountId: string, region: string): Region => {
    const key = `${accountId}/${region}`;
    const isHome = accountId === home.accountId && region === home.region;
    const found =
      known.get(key) ??
      createRegion({
        ...shared,
        roles,
        buckets,
        parameters,
        accountId,
        region,
        partition: partitionOf(region),
        random: seededRandom(seed + known.size),
        tasks: options.tasks ?? 'scripted',
        timing: options.timing ?? {},
        docker: options.docker ?? {},
        // The registry at our address holds the home region's repositories, no other's.
        host: () => (isHome ? shared.host() : undefined),
      });
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

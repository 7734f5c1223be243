/**
 * How often to read, by how much there is to watch. The deployments (20 to a call) tell the verdict and are read
 * at every tick; of many, those that cannot end yet are read less often. The services (10 to a call) tell the
 * story and are read less often still. The tick is as short as one steady call a second allows, between 1.8 and 20
 * seconds, and never under 3 for more than ten services: DescribeServices and its kin share 20 calls a second per
 * account and region, and other pipelines need theirs (reference: ECS request throttling).
 */
export interface Cadence {
  /** Milliseconds between two reads of the deployments. */
  readonly tick: number;
  /** Read the services at every n-th tick. */
  readonly servicesEvery: number;
  /** Read the deployments that cannot end yet at every n-th tick. */
  readonly unripeEvery: number;
}

const few = 10;
const shortest = { few: 1800, many: 3000 };
const longest = 20_000;
const minute = 60_000;
const callsPerSecond = 1;

/** @param quiet milliseconds for which nothing that is watched has moved: a bake or a pause is looked at less often */
export function cadenceFor(watched: number, mode: 'deployments' | 'services', quiet = 0): Cadence {
  const calls = mode === 'deployments' ? Math.ceil(watched / 20) : Math.ceil(watched / 10);
  const patience = quiet > 30 * minute ? 30_000 : quiet > 5 * minute ? 15_000 : 0;
  const least = watched > few ? shortest.many : shortest.few;
  const tick = Math.max(patience, least, Math.min(longest, (calls / callsPerSecond) * 1000));
  return {
    tick,
    servicesEvery: mode === 'services' ? 1 : watched > few ? Math.ceil((2 * minute) / tick) : 5,
    unripeEvery: watched > 20 ? 3 : 1,
  };
}

/** ±10 %, so that many pipelines started together drift apart. */
export const jittered = (milliseconds: number, random: number) => milliseconds * (0.9 + random * 0.2);

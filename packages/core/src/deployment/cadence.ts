/**
 * How often to read, by how much there is to watch. The deployments (20 to a call) tell the verdict and are read
 * at every tick; the services (10 to a call) tell the story and are read less often. The tick is as short as a
 * steady 1.2 calls a second allows, and never under two seconds: DescribeServices and its kin share 20 calls a
 * second per account and region, and other pipelines need theirs (reference: ECS request throttling).
 */
export interface Cadence {
  /** Milliseconds between two reads of the deployments. */
  readonly tick: number;
  /** Read the services at every n-th tick. */
  readonly servicesEvery: number;
}

const shortest = 2000;
const minute = 60_000;
const callsPerSecond = 1.2;

/** @param quiet milliseconds for which nothing that is watched has moved: a bake or a pause is looked at less often */
export function cadenceFor(watched: number, mode: 'deployments' | 'services', quiet = 0): Cadence {
  const calls = mode === 'deployments' ? Math.ceil(watched / 20) : Math.ceil(watched / 10);
  const patience = quiet > 30 * minute ? 30_000 : quiet > 5 * minute ? 15_000 : shortest;
  const tick = Math.max(patience, (calls / callsPerSecond) * 1000);
  return { tick, servicesEvery: mode === 'services' ? 1 : watched > 10 ? 6 : 4 };
}

/** ±10 %, so that many pipelines started together drift apart. */
export const jittered = (milliseconds: number, random: number) => milliseconds * (0.9 + random * 0.2);

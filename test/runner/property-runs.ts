/**
 * How often a property is run: as often as the gate has time for, or PROPERTY_RUNS times. PROPERTY_SEED runs what
 * a failure has named: fast-check prints the seed and the path to what failed.
 */
export function propertyRuns(inGate: number): { numRuns: number; seed?: number } {
  const { PROPERTY_RUNS: runs, PROPERTY_SEED: seed } = process.env;
  return { numRuns: runs ? Number(runs) : inGate, ...(seed && { seed: Number(seed) }) };
}

/** The time limit of a test, in milliseconds: a day where the number of runs was chosen. */
export const propertyTimeout: number = process.env.PROPERTY_RUNS ? 24 * 3_600_000 : 120_000;

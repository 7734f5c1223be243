import type { ArmedFault, Fault, FaultRule } from './fault.ts';

/** The faults that meet one request. Latency and clock come with whatever else happens. */
export interface FaultsMet {
  readonly latency: number;
  readonly clockOffset: number;
  /** The first of the others. */
  readonly main: Fault | undefined;
  readonly ids: readonly number[];
}

export interface FaultBook {
  add(rule: FaultRule): ArmedFault;
  /** False when there is no such fault. */
  remove(id: number): boolean;
  clear(): void;
  list(): readonly ArmedFault[];
  /** Counts the request with every rule that matches it. */
  meet(service: string, operation: string): FaultsMet;
  /** True while a `stale` rule is armed: only then are answers remembered. */
  readonly remembers: boolean;
}

const none: FaultsMet = { latency: 0, clockOffset: 0, main: undefined, ids: [] };

export function createFaultBook(random: () => number): FaultBook {
  let next = 1;
  const armed = new Map<number, { id: number; rule: FaultRule; seen: number; met: number }>();

  return {
    add(rule) {
      const entry = { id: next++, rule, seen: 0, met: 0 };
      armed.set(entry.id, entry);
      return entry;
    },
    remove: (id) => armed.delete(id),
    clear: () => armed.clear(),
    list: () => [...armed.values()].map((entry) => ({ ...entry })),
    get remembers() {
      return [...armed.values()].some(({ rule }) => rule.fault.kind === 'stale');
    },
    meet(service, operation) {
      if (armed.size === 0) return none;
      let latency = 0;
      let clockOffset = 0;
      let main: Fault | undefined;
      const ids: number[] = [];
      for (const entry of armed.values()) {
        const { rule } = entry;
        if (rule.service !== undefined && rule.service !== service) continue;
        if (rule.operation !== undefined && rule.operation !== operation) continue;
        entry.seen++;
        const first = rule.from ?? 1;
        if (entry.seen < first || entry.seen >= first + (rule.count ?? Number.POSITIVE_INFINITY)) continue;
        if (rule.probability !== undefined && random() >= rule.probability) continue;
        const { fault } = rule;
        const free = fault.kind === 'latency' || fault.kind === 'clock';
        if (!free && main) continue;
        entry.met++;
        ids.push(entry.id);
        if (fault.kind === 'latency') latency += fault.milliseconds;
        else if (fault.kind === 'clock') clockOffset += fault.offsetMilliseconds;
        else main = fault;
      }
      return { latency, clockOffset, main, ids };
    },
  };
}

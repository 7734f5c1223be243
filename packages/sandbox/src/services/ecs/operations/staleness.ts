import type { Service } from '@aws-sdk/client-ecs';

/** How far reads lag behind writes, each counted in DescribeServices answers per service. */
export interface Lag {
  /** This many reads after an UpdateService still show the service as it was. */
  readonly staleReads?: number;
  /** This many reads, the answer of UpdateService included, name the service deployment before. */
  readonly lateServiceDeployment?: number;
  /** This many reads after a CreateService say MISSING. */
  readonly missingAfterCreate?: number;
}

/** ECS is eventually consistent: a read may not see a write yet. */
export interface Staleness {
  set(lag: Lag): void;
  created(arn: string): void;
  updated(arn: string, before: Service): void;
  /** What an answer to a write shows. */
  answer(arn: string, now: Service): Service;
  /** What a read shows; undefined: MISSING. */
  read(arn: string, now: Service): Service | undefined;
  /** Whether lists should omit the newest service deployment. */
  hidesNewest(arn: string): boolean;
}

interface Behind {
  missing: number;
  stale: number;
  late: number;
  readonly before: Service | undefined;
}

export function createStaleness(): Staleness {
  let lag: Lag = {};
  const behind = new Map<string, Behind>();

  const withLateDeployment = (entry: Behind, now: Service): Service => {
    if (entry.late <= 0) return now;
    entry.late -= 1;
    const { currentServiceDeployment: _hidden, ...rest } = now;
    const earlier = entry.before?.currentServiceDeployment;
    return earlier === undefined ? rest : { ...rest, currentServiceDeployment: earlier };
  };

  return {
    set(next) {
      lag = next;
    },
    created(arn) {
      const entry = {
        missing: lag.missingAfterCreate ?? 0,
        stale: 0,
        late: lag.lateServiceDeployment ?? 0,
        before: undefined,
      };
      if (entry.missing + entry.late > 0) behind.set(arn, entry);
    },
    updated(arn, before) {
      const entry = { missing: 0, stale: lag.staleReads ?? 0, late: lag.lateServiceDeployment ?? 0, before };
      if (entry.stale + entry.late > 0) behind.set(arn, entry);
    },
    answer(arn, now) {
      const entry = behind.get(arn);
      return entry === undefined ? now : withLateDeployment(entry, now);
    },
    read(arn, now) {
      const entry = behind.get(arn);
      if (entry === undefined) return now;
      if (entry.missing > 0) {
        entry.missing -= 1;
        return undefined;
      }
      if (entry.stale > 0 && entry.before !== undefined) {
        entry.stale -= 1;
        return entry.before;
      }
      const shown = withLateDeployment(entry, now);
      if (entry.late <= 0) behind.delete(arn);
      return shown;
    },
    hidesNewest: (arn) => (behind.get(arn)?.late ?? 0) > 0,
  };
}

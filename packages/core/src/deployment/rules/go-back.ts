/** One earlier deployment, regardless of who made it. */
export interface Past {
  /** What it deployed: a task definition. */
  readonly version: string;
  /** `live`: it succeeded; `undone`: it was rolled back or stopped; `open`: it is in progress. */
  readonly outcome: 'live' | 'undone' | 'open';
}

/** Where a rollback goes. */
type Goal<T extends Past> =
  /** To the version that was live just before the present one first became live. */
  | { readonly kind: 'go'; readonly to: T }
  /** What is live was rolled back to already; `further` was live just before it first was. */
  | { readonly kind: 'gone-back'; readonly from: T; readonly further: T | undefined }
  /** Nothing was live before the present one. */
  | { readonly kind: 'nowhere' }
  /** The history does not show when the present one became live. */
  | { readonly kind: 'unknown' };

/**
 * Chooses by the past of a service, the oldest first. Never a version that first became live after the
 * present one: that is what a rollback has left. Where the present one was rolled back to already, by
 * anyone, continuing is a choice that only a person can make: the second of two people who act on the same
 * alarm means the same rollback. A version that replaced one from before its time was deployed again, which
 * is no going back.
 * @param takenBack what a rollback is known to have replaced by the present one
 */
export function goalOfRollback<T extends Past>(past: readonly T[], present: string, takenBack?: T): Goal<T> {
  const live = stints(past);
  const first = live.findIndex(({ version }) => version === present);
  const last = past.at(-1);
  if (first < 0) {
    // It has never been live, and nothing rolls it back: what was live last.
    const to = last?.version === present && last.outcome !== 'live' ? live.at(-1) : undefined;
    return to ? { kind: 'go', to } : { kind: 'unknown' };
  }
  const before = live.slice(0, first);
  const to = before.at(-1);
  const wasTried =
    last?.outcome === 'undone' &&
    last.version !== present &&
    !before.some((one) => one.version === last.version);
  const replaced = live.findLast(({ version }) => version !== present);
  const wasLeft = replaced !== undefined && !before.some(({ version }) => version === replaced.version);
  const from = takenBack ?? (wasTried ? last : wasLeft ? replaced : undefined);
  if (from) return { kind: 'gone-back', from, further: to };
  return to ? { kind: 'go', to } : { kind: 'nowhere' };
}

/** The versions in the order in which they were live; of one that was deployed several times in a row the last one. */
const stints = <T extends Past>(past: readonly T[]): T[] =>
  past
    .filter(({ outcome }) => outcome === 'live')
    .filter((one, index, all) => all[index + 1]?.version !== one.version);

/** How far a rollback is. */
export interface RollingBack {
  /**
   * What became of the deployment that was to be stopped; or, where the earlier version is deployed again, of
   * that one.
   */
  readonly end: 'open' | 'rolled-back' | 'went-live' | 'stopped' | 'failed';
  /** The earlier version is PRIMARY, complete and alive. */
  readonly isEarlierLive: boolean;
  /** Tasks that run of the version to go. */
  readonly leftRunning: number;
}

/**
 * Whether a requested rollback is done. Only the earlier version live, and nothing left of the one
 * to go, is green; a deployment that became live before it could be stopped must be rolled back like any
 * other.
 */
export function judgeRollback({
  end,
  isEarlierLive,
  leftRunning,
}: RollingBack): 'open' | 'done' | 'take-back' | 'stopped' | 'failed' {
  if (end === 'went-live') return 'take-back';
  if (end !== 'rolled-back') return end;
  return isEarlierLive && leftRunning === 0 ? 'done' : 'open';
}

/** What is in progress rolls back to a version that was live before the one it replaces became live. */
export function goesBack(past: readonly Past[]): boolean {
  const last = past.at(-1);
  const live = past.findLast(({ outcome }) => outcome === 'live');
  if (!last || !live || last.version === live.version) return false;
  const first = past.findIndex(({ outcome, version }) => outcome === 'live' && version === live.version);
  return past.slice(0, first).some(({ outcome, version }) => outcome === 'live' && version === last.version);
}

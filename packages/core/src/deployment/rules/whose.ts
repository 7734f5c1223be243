/**
 * Whose deployment, or task set, is PRIMARY. Ids decide: a rollback makes an *old* id PRIMARY again, re-created
 * again.
 */

/** What is known by ids. */
export interface Ids {
  readonly ours: string;
  /** Those that the service had before ours was made. */
  readonly earlier: ReadonlySet<string>;
}

export const whose = (id: string, { ours, earlier }: Ids): 'ours' | 'earlier' | 'other' =>
  id === ours ? 'ours' : earlier.has(id) ? 'earlier' : 'other';

/** What became of ours, as the PRIMARY deployment tells it. */
export type Place =
  /** It is PRIMARY. */
  | 'ours'
  /** An answer from before ours, or a rollback of which nothing else is known yet. */
  | 'undecided'
  | 'rolling-back'
  | 'rolled-back'
  /** Someone else's deployment is or was PRIMARY since: it may have been rolled back itself. */
  | 'superseded';

export interface Shown extends Ids {
  readonly primary: {
    readonly id: string;
    /** Milliseconds since the epoch. */
    readonly createdAt: number;
    readonly reason?: string | undefined;
    readonly rolloutState?: string | undefined;
  };
  readonly oursCreatedAt: number;
  /** ECS gave ours up: it was seen FAILED, or ROLLBACK_*. */
  readonly isGivenUp: boolean;
  /** An id that is new since the write and not ours was seen PRIMARY. */
  readonly sawOther: boolean;
  /** The service has been shown without ours for longer than an answer may be behind. */
  readonly isGone: boolean;
}

/** Should a rollback have an id of its own, as other accounts of ECS have it, its reason tells. */
const rollsBack = /rolling back|rolled back/i;

export function placeOf(shown: Shown): Place {
  const { primary, isGivenUp, oursCreatedAt, isGone } = shown;
  // The times of creation are ECS's own: what it made before ours is not newer, whether its id was seen before or not.
  const isOlder = primary.createdAt > 0 && primary.createdAt < oursCreatedAt;
  const who = primary.id !== shown.ours && isOlder ? 'earlier' : whose(primary.id, shown);
  if (who === 'ours') return 'ours';
  if (shown.sawOther) return 'superseded';
  const isBack =
    (isGivenUp && who === 'earlier') ||
    rollsBack.test(primary.reason ?? '') ||
    (who === 'earlier' && (primary.createdAt > oursCreatedAt || isGone));
  if (isBack) return primary.rolloutState === 'IN_PROGRESS' ? 'rolling-back' : 'rolled-back';
  return who === 'other' ? 'superseded' : 'undecided';
}

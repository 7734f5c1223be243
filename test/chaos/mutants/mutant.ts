import type { Breach } from '../../rollouts/chaos/judge/evidence.ts';
import type { Choice } from '../run-timeline.ts';

/** A defect that is put into a copy of the product, and that the timelines must show. */
export interface Mutant {
  /** What the product then does wrong. */
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The timelines that are simulated: of one operation, of one strategy, or both. */
  readonly timelines: Choice;
  readonly sees: Breach['kind'];
}

/** One place in one file, which must be there exactly once. */
export interface Edit {
  /** From `packages` on. */
  readonly file: string;
  readonly replace: string;
  readonly by: string;
}

/** What became of one mutant. */
export interface Caught {
  readonly name: string;
  readonly sees: string;
  /** What the judge said; absent where it saw nothing. */
  readonly what?: string;
  /** Of the timeline in which it was seen. */
  readonly seed?: number;
  readonly replay: string;
}

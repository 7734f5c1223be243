import type { Task } from '@aws-sdk/client-ecs';
import type { Call, Run, Snapshot } from '../../../rollouts/chaos/judge/evidence.ts';

/** A service as the manifest wants it. */
export interface WantedService {
  readonly name: string;
  readonly wave: number;
  /** The image of the version that is wanted. */
  readonly image: string;
  readonly count:
    | { readonly kind: 'kept' }
    | { readonly kind: 'initial'; readonly count: number }
    | { readonly kind: 'number'; readonly count: number };
  /** The tasks that run before its wave, one after the other, by their keys. */
  readonly before: readonly string[];
}

/** What a run was asked to do with an environment. */
export interface Wanted {
  readonly services: readonly WantedService[];
  /** The family of each task, by its key. */
  readonly families: Readonly<Record<string, string>>;
  /** Whom the services of the environment belong to. */
  readonly owner: string;
  readonly onFailure: 'stop' | 'rollback';
  readonly prune: boolean;
  readonly adopt: boolean;
  readonly hasLock: boolean;
}

export interface ManifestEvidence {
  readonly wanted: Wanted;
  /** In the order in which they were started; none began before the one before it had ended. */
  readonly runs: readonly ManifestRun[];
  /** Every change of each service, by its name, the oldest first. */
  readonly histories: ReadonlyMap<string, readonly Snapshot[]>;
  /** The image of each revision, by the ARN of the task definition. */
  readonly images: Readonly<Record<string, string>>;
  /** The tasks that runs have started, as they are in the end. */
  readonly tasks: readonly Task[];
  /** The services that someone else has changed, and since when. */
  readonly touched: ReadonlyMap<string, number>;
  /** How far reads may have been behind, in milliseconds. */
  readonly behind: number;
}

export interface ManifestRun extends Run {
  /** What was so of each service when it ended. */
  readonly after: ReadonlyMap<string, Snapshot>;
  /** The writes that were sent while no tag of this run was on the cluster. */
  readonly unlocked: readonly Call[];
  /** Whether a tag of this run was on the cluster when it ended. */
  readonly leavesLock: boolean;
  /** Whether a tag of another run was. */
  readonly isLockedOut: boolean;
}

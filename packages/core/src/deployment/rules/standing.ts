import { isStopped, isUnderWay } from './newest.ts';

/** Two reads that agree are at least so far apart. Milliseconds. */
export const betweenReads = 3000;

/** One read of a service that is to run what it runs already. */
export interface Standing {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly primaryId: string;
  /** PRIMARY is set to what was asked for. */
  readonly isAsked: boolean;
  readonly isComplete: boolean;
  readonly isAlive: boolean;
  /** The newest service deployment; undefined where there is none, or none may be read. */
  readonly newest?:
    | {
        /** The deployment that it makes, `ecs-svc/…`. */
        readonly id: string;
        readonly status?: string | undefined;
        /** It deploys what was asked for. */
        readonly isAsked: boolean;
      }
    | undefined;
}

/** What is to be done where nothing is to be changed. */
export type Answer =
  /** Live, and nothing to do. */
  | 'noop'
  /** Read once more. */
  | 'again'
  /** Not over, or not live: follow what is there. */
  | 'follow'
  /** The last deployment of the very same did not become live: deploy it again. */
  | 'deploy'
  /** Something else is set by now. */
  | 'changed';

/** Whether a service stands as it was asked for. Green without a write takes two reads that agree. */
export function judgeStanding(first: Standing, second: Standing | undefined): Answer {
  const last = second ?? first;
  const { newest } = last;
  if (!last.isAsked) return 'changed';
  if (newest && isUnderWay(newest.status)) return 'follow';
  if (newest?.isAsked && isStopped(newest.status)) return 'deploy';
  if (!last.isComplete || !last.isAlive) return 'follow';
  if (!second) return 'again';
  if (second.primaryId !== first.primaryId) return 'follow';
  return second.at - first.at >= betweenReads ? 'noop' : 'again';
}

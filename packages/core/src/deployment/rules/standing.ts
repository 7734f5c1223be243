import { settleTime } from '../../ecs/eventual-consistency.ts';
import { isStopped, isUnderWay } from '../../ecs/newest-first.ts';

/** Two reads that agree are at least so far apart. Milliseconds. */
export const betweenReads = 3000;

/** One read of a service that is to run what it runs already. */
export interface Standing {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly primaryId: string;
  /** When PRIMARY was created, by ECS's clock: a rollback makes an old id PRIMARY with a new time. Milliseconds. */
  readonly primaryCreatedAt: number;
  /** PRIMARY is set to what was requested. */
  readonly isAsked: boolean;
  /** Undefined where the service does not report it: behind a Classic Load Balancer. */
  readonly isComplete: boolean | undefined;
  readonly isAlive: boolean;
  /** The newest service deployment; undefined where there is none, or none may be read. */
  readonly newest?:
    | {
        /** The deployment that it makes, `ecs-svc/…`. */
        readonly id: string;
        /** By ECS's clock. Milliseconds. */
        readonly createdAt: number;
        readonly status?: string | undefined;
        /** It deploys what was requested. */
        readonly isAsked: boolean;
        /** ECS lists no service deployment of what is PRIMARY. */
        readonly isBehind?: boolean | undefined;
      }
    | undefined;
}

/** What is to be done where nothing is to be changed. */
export type Answer =
  /** Live, and nothing to do. */
  | 'noop'
  | 'read-again'
  /** Not over, or not live: follow what is there. */
  | 'follow'
  /** The last deployment of the very same did not become live. */
  | 'redeploy'
  /** Something else has been set since. */
  | 'changed';

/**
 * Whether a service is as requested, by the reads so far, the oldest first. Green without a write
 * takes two that agree. The service and its service deployments may be behind each other: then more reads
 * decide.
 */
export function judgeStanding(reads: readonly Standing[]): Answer {
  const first = reads[0];
  const last = reads.at(-1);
  if (!first || !last) return 'read-again';
  const { newest } = last;
  if (!last.isAsked) return 'changed';
  if ((isBehind(last) || isOutranked(last, reads)) && last.at - first.at < settleTime) return 'read-again';
  if (isUnderWay(newest?.status)) return 'follow';
  // What is not complete is in progress itself, and no service deployment of it shows yet.
  if (newest?.isAsked && isStopped(newest.status) && last.isComplete !== false) return 'redeploy';
  if (!last.isComplete || !last.isAlive || isBehind(last)) return 'follow';
  const agrees = reads.some(
    ({ at, primaryId }) => primaryId === last.primaryId && last.at - at >= betweenReads,
  );
  return agrees ? 'noop' : 'read-again';
}

/** An earlier read has shown what came after: another deployment as PRIMARY, or a newer service deployment. */
const isOutranked = (last: Standing, reads: readonly Standing[]): boolean =>
  reads.some(
    ({ primaryId, primaryCreatedAt, newest }) =>
      (primaryId !== last.primaryId && primaryCreatedAt > last.primaryCreatedAt) ||
      (newest !== undefined && newest.createdAt > (last.newest?.createdAt ?? Number.NEGATIVE_INFINITY)),
  );

/**
 * The service and its service deployments show different moments: another deployment is in progress, or
 * has succeeded, and PRIMARY is not it; or PRIMARY is not complete, and nothing is in progress.
 */
function isBehind({ newest, primaryId, isComplete }: Standing): boolean {
  if (newest === undefined || newest.id === primaryId) return false;
  if (newest.isBehind) return true;
  if (isComplete === false) return !isUnderWay(newest.status);
  return newest.status === 'SUCCESSFUL' || (isUnderWay(newest.status) && !isStopped(newest.status));
}

/**
 * Reads lie for a while: AWS is eventually consistent and names no bound. We take thirty seconds after any write, ours
 * or not. Milliseconds.
 */
export const settleTime = 30_000;

/** A read that says "it is not there" is believed later: RunTask's documentation speaks of several minutes. */
export const absenceTime = 60_000;

/** How far this machine's clock may be off: AWS refuses the signature of one that is further off. */
export const clockTolerance = 5 * 60_000;

/** One answer, and whether it shows the write that it is read for. */
export interface Read<T> {
  readonly value: T;
  readonly showsWrite: boolean;
}

/**
 * Which of two answers to believe. Until thirty seconds after the write, one that shows it outranks one that does not,
 * whichever came later: answers come from several copies, some of which are behind.
 * @param sinceWrite milliseconds since the write, or since it was first seen
 */
export const fresher = <T>(before: Read<T> | undefined, now: Read<T>, sinceWrite: number): Read<T> =>
  before?.showsWrite && !now.showsWrite && sinceWrite <= settleTime ? before : now;

interface Dated {
  readonly status?: string | undefined;
  readonly updatedAt?: Date | undefined;
}

/** How far along a service deployment is: no transition leads back. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html */
const progress: Readonly<Record<string, number>> = {
  PENDING: 0,
  IN_PROGRESS: 1,
  STOP_REQUESTED: 2,
  ROLLBACK_REQUESTED: 2,
  ROLLBACK_IN_PROGRESS: 3,
  SUCCESSFUL: 4,
  STOPPED: 4,
  ROLLBACK_SUCCESSFUL: 4,
  ROLLBACK_FAILED: 4,
};

/** Which of two answers about one service deployment to believe: never the one that is less far, nor the older one. */
export function newerView<T extends Dated>(before: T | undefined, now: T): T {
  if (!before) return now;
  const [was, is] = [progress[before.status ?? ''], progress[now.status ?? '']];
  if (was !== undefined && is !== undefined && is !== was) return is > was ? now : before;
  const [then, time] = [before.updatedAt?.getTime(), now.updatedAt?.getTime()];
  return then !== undefined && time !== undefined && time < then ? before : now;
}

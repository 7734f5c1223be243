interface Created {
  readonly createdAt?: Date | undefined;
  readonly status?: string | undefined;
}

/**
 * The newest of the service deployments of a service, over all pages: ListServiceDeployments promises no order, and
 * `currentServiceDeployment` may be behind. Of two that were created at one time it is the one that is not over: ECS
 * stops the one before when it makes another.
 */
export const newestFirst = <T extends Created>(all: readonly T[]): T[] =>
  all.toSorted(
    (a, b) =>
      (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0) ||
      Number(isUnderWay(b.status)) - Number(isUnderWay(a.status)),
  );

export const isUnderWay = (status: string | undefined): boolean =>
  status !== undefined &&
  !['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(status);

/** It did not become live: stopped or rolled back, or on the way to that. */
export const isStopped = (status: string | undefined): boolean =>
  status === 'STOP_REQUESTED' || status === 'STOPPED' || status?.startsWith('ROLLBACK_') === true;

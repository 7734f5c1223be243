const LONGEST = 15 * 60_000;

/**
 * How long the scheduler waits before it launches again. The first rounds follow at once; then the wait doubles up to
 * 15 minutes. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export function launchDelay(failedRounds: number): number {
  return failedRounds <= 3 ? 0 : Math.min(LONGEST, 10_000 * 2 ** (failedRounds - 4));
}

/** From this round on the service says that it cannot start its tasks. */
export const THROTTLED_FROM = 4;

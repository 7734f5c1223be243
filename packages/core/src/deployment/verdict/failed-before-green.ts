import { isGreen, type Verdict } from './verdict.ts';

/**
 * A failure that was seen outranks any later green that is not the end ECS itself gave: an answer that is behind shows
 * a deployment at work that is being rolled back.
 * @returns undefined while the end is open
 */
export const unlessFailed = (verdict: Verdict | undefined, failureSeen: boolean): Verdict | undefined =>
  verdict && isGreen(verdict) && failureSeen ? undefined : verdict;

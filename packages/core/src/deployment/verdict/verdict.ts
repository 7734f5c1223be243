import type { ErrorCode } from '../../errors/catalogue.ts';
import type { VerdictKind } from '../../record/service-record.ts';

export interface Verdict {
  readonly kind: VerdictKind;
  /** One sentence, quoting ECS where ECS gave a reason. */
  readonly reason: string;
  /** The remedy, where this verdict knows a better one than its error code. */
  readonly remedy?: string;
  /** It was asked to wait for just this (`wait-until: paused`), so it is green. */
  readonly asked?: true;
  /** What is to be noticed of a green one. */
  readonly notice?: string;
  /** What is live now, where it is known: an ARN of a task definition or a service revision. */
  readonly live?: string;
}

export const isGreen = ({ kind, asked }: Verdict) =>
  kind === 'SUCCEEDED' || kind === 'NOOP' || asked === true;

/** The error that a red verdict becomes. */
export const errorOfVerdict: Readonly<Record<Exclude<VerdictKind, 'SUCCEEDED' | 'NOOP'>, ErrorCode>> = {
  ROLLED_BACK: 'ROLLED_BACK',
  FAILED: 'DEPLOYMENT_FAILED',
  STOPPED: 'STOPPED',
  SUPERSEDED: 'SUPERSEDED',
  PAUSED: 'PAUSED',
  STALLED: 'STALLED',
  TIMED_OUT: 'TIMED_OUT',
  CANCELLED: 'CANCELLED',
  UNKNOWN: 'VERDICT_UNKNOWN',
};

/**
 * A failure that was seen outranks any later green that is not the end ECS itself gave: an answer that is behind shows
 * a deployment at work that is being rolled back.
 * @returns undefined while the end is open
 */
export const unlessFailed = (verdict: Verdict | undefined, failureSeen: boolean): Verdict | undefined =>
  verdict && isGreen(verdict) && failureSeen ? undefined : verdict;

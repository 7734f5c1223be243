import type { CallOptions } from '@landfall/core/world/aws';
import type { Expectation, ExpectationOf } from './expectation.ts';
import type { CallKind } from './retry.ts';

/** How one operation of an API is called. */
export interface CallRule {
  /**
   * How it may be repeated (see `CallKind`). `by-token`: repeatable with a `clientToken` of ours, which makes a
   * repeat the same request; `once` without it, because the token that the SDK fills in differs at each repeat.
   */
  readonly kind: CallKind | 'by-token';
  /** What an answer must hold to be one of AWS. */
  readonly answer: Expectation;
  /** How often it is sent at most. Default: `defaultAttempts`. */
  readonly attempts?: number;
}

/** A rate limit of one a second, shared by every deployment of the account, needs this many. */
export const defaultAttempts = 8;

/** The rule of each operation of an API, by its name in AWS: `DescribeServices`. Plain data: no SDK is loaded for it. */
export type CallTable<Api> = {
  readonly [Method in keyof Api & string as Capitalize<Method>]: CallRule & {
    readonly answer: ExpectationOf<AnswerOf<Api[Method]>>;
  };
};

export type InputOf<Call> = Call extends (input: infer Input, options?: CallOptions) => unknown
  ? Input
  : never;

type AnswerOf<Call> = Call extends (...args: never) => Promise<infer Answer> ? Answer : never;

export const kindOf = ({ kind }: CallRule, input: object): CallKind => {
  if (kind !== 'by-token') return kind;
  return 'clientToken' in input && input.clientToken ? 'repeatable' : 'once';
};

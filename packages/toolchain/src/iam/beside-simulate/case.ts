import { evaluate } from '@landfall/sandbox/authorization/evaluate';
import type { PolicyDocument } from '@landfall/sandbox/authorization/policy';
import { problemOfPolicy } from '@landfall/sandbox/authorization/problem-of-policy';

/** A policy, and a request of a user who has it. */
export interface Case {
  readonly policy: unknown;
  readonly action: string;
  readonly resource: string;
  /** All the condition keys that the request carries. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** How IAM would decide, or that it would not take the policy. */
export type Outcome = 'allowed' | 'explicit-deny' | 'implicit-deny' | 'refused';

/** The sandbox's. */
export const outcomeOf = ({ policy, action, resource, context }: Case): Outcome =>
  problemOfPolicy(policy) === undefined
    ? evaluate([policy as PolicyDocument], { action, resource, conditions: context })
    : 'refused';

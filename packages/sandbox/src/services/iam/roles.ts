import type { PolicyDocument } from '../../authorization/policy.ts';

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly created: number;
  /** JSON, as it was given. */
  readonly trust: string;
  /** Inline policies by name. */
  readonly policies: Record<string, PolicyDocument>;
}

/** The roles of all accounts by ARN: IAM is not regional, so every region's service shares them. */
export type Roles = Map<string, Role>;
export const createRoles = (): Roles => new Map();

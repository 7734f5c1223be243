import type { ScalingPolicy, SuspendedState } from '@aws-sdk/client-application-auto-scaling';
import type { Place } from '../../api/aws-service.ts';
import type { SandboxClock } from '../../clock/clock.ts';
import type { ServiceCounts } from '../../ports/service-counts.ts';

export interface ScalableTarget {
  readonly id: string;
  readonly resourceId: string;
  readonly min: number;
  readonly max: number;
  readonly suspended: Required<SuspendedState>;
  readonly created: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Its policies are those of its scalable target, and end with it. */
export type Policy = Pick<
  ScalingPolicy,
  | 'PolicyType'
  | 'TargetTrackingScalingPolicyConfiguration'
  | 'StepScalingPolicyConfiguration'
  | 'PredictiveScalingPolicyConfiguration'
> & {
  readonly id: string;
  readonly name: string;
  readonly resourceId: string;
  readonly created: number;
};

export interface AutoScalingParts extends Place {
  readonly clock: SandboxClock;
  readonly random: () => number;
  readonly services: ServiceCounts;
  changed(): void;
}

/** The scalable targets of one account in one region, all of them services of ECS, with their policies. */
export class Targets {
  readonly byResource = new Map<string, ScalableTarget>();
  readonly policies = new Map<string, Policy>();
  readonly parts: AutoScalingParts;
  /** Whether the account has the role that Application Auto Scaling works by: made at the first registration. */
  hasRole = false;

  constructor(parts: AutoScalingParts) {
    this.parts = parts;
  }
}

export const policyKey = ({ resourceId, name }: Pick<Policy, 'resourceId' | 'name'>) =>
  `${resourceId} ${name}`;

import type { AutoScaling } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

/** Each write names what is set or is to go, so the second time changes nothing. */
export const autoScalingCalls: CallTable<AutoScaling> = {
  DescribeScalableTargets: { kind: 'read', answer: { ScalableTargets: 'objects' } },
  RegisterScalableTarget: { kind: 'repeatable', answer: {} },
  DeregisterScalableTarget: { kind: 'repeatable', answer: {} },
  DescribeScalingPolicies: { kind: 'read', answer: { ScalingPolicies: 'objects' } },
  PutScalingPolicy: { kind: 'repeatable', answer: { PolicyARN: 'string' } },
  DeleteScalingPolicy: { kind: 'repeatable', answer: {} },
};

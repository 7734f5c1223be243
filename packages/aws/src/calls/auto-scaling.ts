import type { AutoScaling } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

/** Each write names what is set, so the second time changes nothing. */
export const autoScalingCalls: CallTable<AutoScaling> = {
  DescribeScalableTargets: { kind: 'read', answer: { ScalableTargets: 'objects' } },
  RegisterScalableTarget: { kind: 'repeatable', answer: {} },
  DeregisterScalableTarget: { kind: 'once', answer: {} },
  DescribeScalingPolicies: { kind: 'read', answer: { ScalingPolicies: 'objects' } },
  PutScalingPolicy: { kind: 'repeatable', answer: { PolicyARN: 'string' } },
  DeleteScalingPolicy: { kind: 'once', answer: {} },
};

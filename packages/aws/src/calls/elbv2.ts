import type { ElasticLoadBalancing } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const elbv2Calls: CallTable<ElasticLoadBalancing> = {
  DescribeTargetGroups: { kind: 'read', answer: { TargetGroups: 'objects' } },
  DescribeTargetHealth: { kind: 'read', answer: { TargetHealthDescriptions: 'objects' } },
};

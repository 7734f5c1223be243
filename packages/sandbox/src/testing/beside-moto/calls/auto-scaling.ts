import type { Calls } from '../ask.ts';

export const autoScalingCalls: Calls = async (ask) => {
  const sets = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/main/sets',
    ScalableDimension: 'ecs:service:DesiredCount',
  };
  const gone = { ...sets, ResourceId: 'service/main/gone' };
  const byCpu = {
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      ScaleInCooldown: 300,
    },
  };
  await ask('without bounds', 'RegisterScalableTarget', sets);
  await ask('a new one', 'RegisterScalableTarget', {
    ...sets,
    MinCapacity: 1,
    MaxCapacity: 4,
    Tags: { team: 'web' },
  });
  await ask('to suspend it', 'RegisterScalableTarget', {
    ...sets,
    SuspendedState: { DynamicScalingInSuspended: true },
  });
  await ask('of a service that is missing', 'RegisterScalableTarget', {
    ...gone,
    MinCapacity: 1,
    MaxCapacity: 4,
  });
  const { ScalableTargets } = await ask('one', 'DescribeScalableTargets', {
    ServiceNamespace: 'ecs',
    ResourceIds: [sets.ResourceId],
  });
  await ask('one that is missing', 'DescribeScalableTargets', {
    ServiceNamespace: 'ecs',
    ResourceIds: [gone.ResourceId],
  });
  const ResourceARN = ScalableTargets[0].ScalableTargetARN;
  await ask('of a target', 'TagResource', { ResourceARN, Tags: { stage: 'dev' } });
  await ask('of a target', 'ListTagsForResource', { ResourceARN });
  await ask('of a target', 'UntagResource', { ResourceARN, TagKeys: ['stage'] });
  await ask('by CPU', 'PutScalingPolicy', { ...sets, ...byCpu });
  await ask('of a target that is missing', 'PutScalingPolicy', { ...gone, ...byCpu });
  await ask('of a service', 'DescribeScalingPolicies', {
    ServiceNamespace: 'ecs',
    ResourceId: sets.ResourceId,
  });
  await ask('one', 'DeleteScalingPolicy', { ...sets, PolicyName: 'cpu' });
  await ask('one that is missing', 'DeleteScalingPolicy', { ...sets, PolicyName: 'cpu' });
  await ask('one', 'DeregisterScalableTarget', sets);
  await ask('one that is missing', 'DeregisterScalableTarget', sets);
};

import type { Calls } from '../ask.ts';

export const elbv2Calls: Calls = async (ask, { vpc }) => {
  const group = { Name: 'web', Protocol: 'HTTP', Port: 80, TargetType: 'ip', VpcId: vpc };
  const { TargetGroups } = await ask('a new one', 'CreateTargetGroup', group);
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const missing = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/gone/0123456789abcdef';
  await ask('one that is there with other settings', 'CreateTargetGroup', { ...group, Port: 81 });
  await ask('with a name that is too long', 'CreateTargetGroup', { ...group, Name: 'a'.repeat(33) });
  await ask('by ARN', 'DescribeTargetGroups', { TargetGroupArns: [TargetGroupArn] });
  await ask('by name', 'DescribeTargetGroups', { Names: ['web'] });
  await ask('all', 'DescribeTargetGroups', {});
  await ask('by an ARN that is missing', 'DescribeTargetGroups', { TargetGroupArns: [missing] });
  await ask('by a name that is missing', 'DescribeTargetGroups', { Names: ['gone'] });
  await ask('of a group without targets', 'DescribeTargetHealth', { TargetGroupArn });
  await ask('of a group that is missing', 'DescribeTargetHealth', { TargetGroupArn: missing });
};

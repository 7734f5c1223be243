import type { Calls } from '../ask.ts';

const account = '123456789012';

export const schedulerCalls: Calls = async (ask, { region, subnet }) => {
  const nightly = {
    GroupName: 'jobs',
    ScheduleExpression: 'cron(0 18 * * ? *)',
    ScheduleExpressionTimezone: 'Asia/Tokyo',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: `arn:aws:ecs:${region}:${account}:cluster/main`,
      RoleArn: `arn:aws:iam::${account}:role/scheduler`,
      EcsParameters: {
        TaskDefinitionArn: `arn:aws:ecs:${region}:${account}:task-definition/batch:1`,
        TaskCount: 2,
        NetworkConfiguration: { awsvpcConfiguration: { Subnets: [subnet] } },
      },
    },
  };
  const { ScheduleGroupArn } = await ask('a new one', 'CreateScheduleGroup', {
    Name: 'jobs',
    Tags: [{ Key: 'team', Value: 'web' }],
  });
  await ask('one that is there already', 'CreateScheduleGroup', { Name: 'jobs' });
  await ask('one', 'GetScheduleGroup', { Name: 'jobs' });
  await ask('one that is missing', 'GetScheduleGroup', { Name: 'gone' });
  await ask('by a prefix', 'ListScheduleGroups', { NamePrefix: 'jo' });
  await ask('of a group', 'TagResource', {
    ResourceArn: ScheduleGroupArn,
    Tags: [{ Key: 'stage', Value: 'dev' }],
  });
  await ask('of a group', 'ListTagsForResource', { ResourceArn: ScheduleGroupArn });
  await ask('of a group', 'UntagResource', { ResourceArn: ScheduleGroupArn, TagKeys: ['stage'] });
  await ask('in a group', 'CreateSchedule', { ...nightly, Name: 'nightly' });
  await ask('one that is there already', 'CreateSchedule', { ...nightly, Name: 'nightly' });
  await ask('in a group that is missing', 'CreateSchedule', {
    ...nightly,
    Name: 'nightly',
    GroupName: 'gone',
  });
  await ask('an expression that is none', 'CreateSchedule', {
    ...nightly,
    Name: 'never',
    ScheduleExpression: 'never',
  });
  await ask('one', 'GetSchedule', { Name: 'nightly', GroupName: 'jobs' });
  await ask('one of another group', 'GetSchedule', { Name: 'nightly' });
  await ask('to disabled', 'UpdateSchedule', { ...nightly, Name: 'nightly', State: 'DISABLED' });
  await ask('one that is missing', 'UpdateSchedule', { ...nightly, Name: 'gone' });
  await ask('of a group', 'ListSchedules', { GroupName: 'jobs' });
  await ask('that are disabled', 'ListSchedules', { State: 'DISABLED' });
  await ask('one', 'DeleteSchedule', { Name: 'nightly', GroupName: 'jobs' });
  await ask('one that is missing', 'DeleteSchedule', { Name: 'nightly', GroupName: 'jobs' });
  await ask('one', 'DeleteScheduleGroup', { Name: 'jobs' });
  await ask('one that is missing', 'DeleteScheduleGroup', { Name: 'gone' });
};

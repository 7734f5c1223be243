import { passRolesTo } from '../ecs/permissions.ts';
import type { Permission } from '../operation/operation.ts';

const groups = 'arn:${Partition}:scheduler:${Region}:${Account}:schedule-group/landfall-*';
const schedules = 'arn:${Partition}:scheduler:${Region}:${Account}:schedule/landfall-*/*';
const whenDescribed = 'when the manifest has schedules, or `prune` is `true`';
const whenPruned = 'when `prune` is `true`';

const withWhen = (permissions: readonly Permission[], when: string): readonly Permission[] =>
  permissions.map((permission) => ({ ...permission, when }));

/** To find the group of an environment. */
const readGroupPermissions: readonly Permission[] = [
  { action: 'scheduler:GetScheduleGroup', resource: groups },
  { action: 'scheduler:ListTagsForResource', resource: groups },
];

/** To see what would be written. */
export const readSchedulesPermissions: readonly Permission[] = [
  ...withWhen(readGroupPermissions, whenDescribed),
  { action: 'scheduler:GetSchedule', resource: schedules, when: 'when the manifest has schedules' },
  { action: 'scheduler:ListSchedules', resource: '*', when: whenPruned },
];

export const deploySchedulesPermissions: readonly Permission[] = [
  ...readSchedulesPermissions,
  ...withWhen(
    [
      { action: 'scheduler:CreateScheduleGroup', resource: groups },
      { action: 'scheduler:TagResource', resource: groups },
      { action: 'scheduler:CreateSchedule', resource: schedules },
      { action: 'scheduler:UpdateSchedule', resource: schedules },
      passRolesTo('scheduler.amazonaws.com'),
    ],
    'when the manifest has schedules',
  ),
  { action: 'scheduler:DeleteSchedule', resource: schedules, when: whenPruned },
];

export const destroySchedulesPermissions: readonly Permission[] = [
  ...readGroupPermissions,
  { action: 'scheduler:ListSchedules', resource: '*' },
  { action: 'scheduler:DeleteScheduleGroup', resource: groups },
  { action: 'scheduler:DeleteSchedule', resource: schedules },
];

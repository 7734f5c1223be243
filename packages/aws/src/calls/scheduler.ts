import type { Scheduler } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const schedulerCalls: CallTable<Scheduler> = {
  GetSchedule: {
    kind: 'read',
    answer: { Arn: 'string', Name: 'string', ScheduleExpression: 'string', Target: { Arn: 'string' } },
  },
  ListSchedules: { kind: 'read', answer: { Schedules: 'objects' } },
  // A repeat of a create that was applied is a conflict, so it is read again instead.
  CreateSchedule: { kind: 'once', answer: { ScheduleArn: 'string' } },
  // The whole schedule is replaced, and the second time changes nothing.
  UpdateSchedule: { kind: 'repeatable', answer: { ScheduleArn: 'string' } },
  DeleteSchedule: { kind: 'once', answer: {} },
  GetScheduleGroup: { kind: 'read', answer: { Arn: 'string', State: 'string' } },
  CreateScheduleGroup: { kind: 'once', answer: { ScheduleGroupArn: 'string' } },
  DeleteScheduleGroup: { kind: 'once', answer: {} },
  ListTagsForResource: { kind: 'read', answer: {} },
};

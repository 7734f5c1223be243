import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Scheduler } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { schedulerCalls } from '../calls/scheduler.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<Scheduler> = {
  GetSchedule: GetScheduleCommand,
  ListSchedules: ListSchedulesCommand,
  CreateSchedule: CreateScheduleCommand,
  UpdateSchedule: UpdateScheduleCommand,
  DeleteSchedule: DeleteScheduleCommand,
  GetScheduleGroup: GetScheduleGroupCommand,
  CreateScheduleGroup: CreateScheduleGroupCommand,
  DeleteScheduleGroup: DeleteScheduleGroupCommand,
  ListTagsForResource: ListTagsForResourceCommand,
};

export function openScheduler(connection: Connection, region: string): Scheduler {
  const client = new SchedulerClient(clientConfiguration(connection, 'SCHEDULER', region));
  return openApi(
    { service: 'scheduler', region, send: sdkSend(client, commands) },
    schedulerCalls,
    connection,
  );
}

import type { Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import type { GetScheduleOutput } from '@aws-sdk/client-scheduler';
import { arnParts } from '../account/arn.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { allPages } from '../reading/pages.ts';
import { diffTaskDefinitions } from '../task-definition/compare/diff.ts';
import type { WantedTaskDefinition } from '../task-definition/load/wanted-task-definition.ts';
import type { CallOptions, Ecs, Scheduler } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { scheduleChanges } from './compare.ts';
import { type ScheduleSettings, scheduleRequest } from './schedule.ts';

/** A schedule as the manifest wants it, with the task definition that it starts. */
export interface WantedSchedule extends ScheduleSettings {
  readonly source: WantedTaskDefinition;
}

/** Whom the schedules belong to: the tag of their group. */
export interface ScheduleOwner {
  readonly group: string;
  readonly tag: { readonly Key: string; readonly Value: string };
}

export interface OpenSchedule {
  readonly wanted: WantedSchedule;
  readonly current: GetScheduleOutput | undefined;
  /** The revision that it starts now. */
  readonly revision: { readonly taskDefinition: TaskDefinition; readonly tags?: readonly Tag[] } | undefined;
  /** What would change, one per line; nothing of one that does not exist. */
  readonly changes: readonly string[];
}

/** The schedules of an environment, as they are and as they are wanted. */
export interface OpenSchedules {
  readonly owner: ScheduleOwner;
  readonly hasGroup: boolean;
  readonly schedules: readonly OpenSchedule[];
  /** Of the group, and no longer described: to be pruned. */
  readonly unwanted: readonly string[];
}

/**
 * Reads the group and every schedule; writes nothing.
 * @throws CONFLICT where the group is someone else's, ENVIRONMENT_PROTECTED
 */
export async function openSchedules(
  wanted: readonly WantedSchedule[],
  owner: ScheduleOwner,
  { prune, described }: { readonly prune: boolean; readonly described: readonly string[] },
  ecs: Ecs,
  { aws, host }: World,
): Promise<OpenSchedules> {
  const none = { owner, hasGroup: false, schedules: [], unwanted: [] };
  if (wanted.length === 0 && !prune) return none;
  const scheduler = await aws.scheduler();
  const options = { signal: host.cancellation };
  const hasGroup = await readGroup(owner, scheduler, options);
  const schedules: OpenSchedule[] = [];
  for (const one of wanted) {
    const current = hasGroup ? await readSchedule(owner.group, one.key, scheduler, options) : undefined;
    const revision = await readRevision(current, ecs, options);
    schedules.push({
      wanted: one,
      current,
      revision,
      changes: changesOf(one, current, revision, owner, aws.region),
    });
  }
  const names = hasGroup && prune ? await listSchedules(owner.group, scheduler, options) : [];
  return { owner, hasGroup, schedules, unwanted: names.filter((name) => !described.includes(name)) };
}

function changesOf(
  wanted: WantedSchedule,
  current: GetScheduleOutput | undefined,
  revision: OpenSchedule['revision'],
  { group }: ScheduleOwner,
  region: string,
): readonly string[] {
  if (!current) return [];
  const pinned = current.Target?.EcsParameters?.TaskDefinitionArn ?? '';
  const { source } = wanted;
  const definition =
    source.kind === 'file' ? diffTaskDefinitions(revision?.taskDefinition ?? {}, source.request) : [];
  return [
    ...scheduleChanges(current, scheduleRequest(wanted, { group, region, revision: pinned }, current)),
    ...definition,
  ];
}

/** Whether the group is there. @throws CONFLICT */
export async function readGroup(
  { group, tag }: ScheduleOwner,
  scheduler: Scheduler,
  options: CallOptions,
): Promise<boolean> {
  const found = await orAbsent(() => scheduler.getScheduleGroup({ Name: group }, options));
  if (!found) return false;
  const { Tags = [] } = await scheduler.listTagsForResource({ ResourceArn: found.Arn }, options);
  const other = Tags.find(({ Key }) => Key === tag.Key)?.Value;
  if (other === tag.Value) return true;
  throw new LandfallError('CONFLICT', {
    summary: `the schedule group ${group} belongs to ${other ?? 'no manifest'}, not to ${tag.Value}`,
    remedy: `Delete the group, or set its tag \`${tag.Key}\` to \`${tag.Value}\` if its schedules are those of the environment.`,
    facts: { group, owner: tag.Value },
  });
}

export const readSchedule = (
  group: string,
  name: string,
  scheduler: Scheduler,
  options: CallOptions,
): Promise<GetScheduleOutput | undefined> =>
  orAbsent(() => scheduler.getSchedule({ GroupName: group, Name: name }, options));

export const listSchedules = async (
  group: string,
  scheduler: Scheduler,
  options: CallOptions,
): Promise<readonly string[]> => {
  const found = await allPages(async (NextToken) => {
    const page = await scheduler.listSchedules(
      { GroupName: group, ...(NextToken && { NextToken }) },
      options,
    );
    return { items: page.Schedules, next: page.NextToken };
  });
  return found.flatMap(({ Name }) => Name ?? []).sort();
};

/** The revision that a schedule starts, where it starts a task and there still is one. */
async function readRevision(
  current: GetScheduleOutput | undefined,
  ecs: Ecs,
  options: CallOptions,
): Promise<OpenSchedule['revision']> {
  const arn = current?.Target?.EcsParameters?.TaskDefinitionArn;
  if (arn === undefined || arnParts(arn)?.service !== 'ecs') return undefined;
  const { taskDefinition, tags = [] } =
    (await orAbsent(() => ecs.describeTaskDefinition({ taskDefinition: arn, include: ['TAGS'] }, options))) ??
    {};
  return taskDefinition && { taskDefinition, tags };
}

async function orAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (isLandfallError(thrown, 'NOT_FOUND')) return undefined;
    throw thrown;
  }
}

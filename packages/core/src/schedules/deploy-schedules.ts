import type { GetScheduleOutput } from '@aws-sdk/client-scheduler';
import { nameInArn } from '../account/arn.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { SummaryBlock } from '../record/summary-block.ts';
import { registerWanted, registrationSentence } from '../task-definition/load/wanted-task-definition.ts';
import type { Ecs, Scheduler } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { isAsWanted } from './compare.ts';
import { type OpenSchedule, type OpenSchedules, readGroup, readSchedule } from './open-schedules.ts';
import { type ScheduleRequest, scheduleRequest } from './schedule.ts';

/** A schedule whose task definition is registered. */
export type RegisteredSchedule = OpenSchedule & { readonly arn: string };
export type RegisteredSchedules = OpenSchedules & { readonly schedules: readonly RegisteredSchedule[] };

/** What became of a schedule. */
export interface ScheduleEnd {
  readonly schedule: string;
  readonly status: 'created' | 'updated' | 'unchanged' | 'pruned' | 'failed' | 'not-started';
  readonly state?: string;
  /** `family:revision`. */
  readonly taskDefinition?: string;
  readonly error?: LandfallError;
}

/** As with services, all are registered before anything is deployed. */
export async function registerSchedules(
  open: OpenSchedules,
  ecs: Ecs,
  { clock, host }: World,
): Promise<RegisteredSchedules> {
  const schedules: RegisteredSchedule[] = [];
  for (const one of open.schedules) {
    const known = one.revision ? [one.revision] : [];
    const registration = await registerWanted(one.wanted.source, known, {
      ecs,
      clock,
      signal: host.cancellation,
    });
    host.log.info(registrationSentence(registration));
    schedules.push({ ...one, arn: registration.arn });
  }
  return { ...open, schedules };
}

/**
 * Writes each schedule that is not as wanted, and reads it again. One that fails does not keep the others from being
 * written. Nothing is ever disabled on the way, so a run that is killed leaves each as it was or as it is wanted.
 */
export async function deploySchedules(
  { owner, hasGroup, schedules, unwanted }: RegisteredSchedules,
  world: World,
): Promise<readonly ScheduleEnd[]> {
  if (schedules.length === 0 && unwanted.length === 0) return [];
  const { host } = world;
  const scheduler = await world.aws.scheduler();
  const settled = async (
    schedule: string,
    write: () => Promise<Omit<ScheduleEnd, 'schedule'>>,
  ): Promise<ScheduleEnd> => {
    if (host.cancellation.aborted) return { schedule, status: 'not-started' };
    try {
      return { schedule, ...(await write()) };
    } catch (thrown) {
      const error = asLandfallError(thrown);
      host.log.error(`✗ schedule ${schedule}: ${error.summary}`);
      return { schedule, status: 'failed', error };
    }
  };
  const ends: ScheduleEnd[] = [];
  let isGroupThere = hasGroup;
  for (const one of schedules)
    ends.push(
      await settled(one.wanted.key, async () => {
        if (!isGroupThere) await createGroup(owner, scheduler, world);
        isGroupThere = true;
        return writeSchedule(one, owner.group, scheduler, world);
      }),
    );
  // What was wanted is there before anything is removed.
  const isGreen = ends.every(({ status }) => status !== 'failed' && status !== 'not-started');
  for (const name of isGreen ? unwanted : [])
    ends.push(await settled(name, () => pruneSchedule(owner.group, name, scheduler, world)));
  return ends;
}

async function createGroup(
  owner: OpenSchedules['owner'],
  scheduler: Scheduler,
  { host }: World,
): Promise<void> {
  const { group, tag } = owner;
  const options = { signal: host.cancellation };
  try {
    await scheduler.createScheduleGroup({ Name: group, Tags: [{ ...tag }] }, options);
    host.log.info(`schedule group ${group} created`);
  } catch (thrown) {
    // Another run, or this one without an answer, may have created it.
    if (!isLandfallError(thrown) || !(await readGroup(owner, scheduler, options))) throw thrown;
  }
}

async function writeSchedule(
  { wanted, arn }: RegisteredSchedule,
  group: string,
  scheduler: Scheduler,
  world: World,
): Promise<Omit<ScheduleEnd, 'schedule'>> {
  const { aws, host } = world;
  const { key, state } = wanted;
  // The waves may have taken long, and a person may have disabled it since.
  const current = await readSchedule(group, key, scheduler, { signal: host.cancellation });
  const request = scheduleRequest(wanted, { group, region: aws.region, revision: arn }, current);
  const taskDefinition = nameInArn(arn);
  const keepsState = state === 'keep';
  if (keepsState && current?.State === 'DISABLED')
    host.log.notice(`schedule ${key} stays disabled: it was disabled, and its state is kept`);
  const sentence = `schedule ${key} starts ${taskDefinition} at ${request.ScheduleExpression}${zoneOf(request)}`;
  if (current && isAsWanted(request, current, { keepsState })) {
    host.log.info(`✓ ${sentence}, as before`);
    return { status: 'unchanged', state: String(current.State), taskDefinition };
  }
  await sendWrite(current, request, scheduler, world);
  const written = await readBack(request, scheduler, world, keepsState);
  host.log.info(`✓ ${sentence}${written.State === 'DISABLED' ? ', once it is enabled' : ''}`);
  return { status: current ? 'updated' : 'created', state: String(written.State), taskDefinition };
}

const zoneOf = ({ ScheduleExpressionTimezone: zone }: ScheduleRequest) =>
  zone === undefined ? '' : ` ${zone}`;

/** Whether a write whose answer was lost was applied is seen when the schedule is read again. */
async function sendWrite(
  current: GetScheduleOutput | undefined,
  request: ScheduleRequest,
  scheduler: Scheduler,
  { host }: World,
): Promise<void> {
  const options = { signal: host.cancellation };
  try {
    await (current ? scheduler.updateSchedule(request, options) : scheduler.createSchedule(request, options));
  } catch (thrown) {
    const isOpen = isLandfallError(thrown) && thrown.applied === 'unknown' && !host.cancellation.aborted;
    if (!isOpen) throw thrown;
    host.log.warning(`schedule ${request.Name}: no response to the write; reading it again`);
  }
}

const readBackFor = 30_000;

/** @throws SCHEDULE_NOT_WRITTEN when it stays another than it was written */
async function readBack(
  request: ScheduleRequest,
  scheduler: Scheduler,
  { clock, host }: World,
  keepsState: boolean,
): Promise<GetScheduleOutput> {
  const signal = host.cancellation;
  const until = clock.elapsed() + readBackFor;
  for (;;) {
    const found = await readSchedule(request.GroupName, request.Name, scheduler, { signal });
    if (found && isAsWanted(request, found, { keepsState })) return found;
    if (clock.elapsed() >= until || signal.aborted)
      throw new LandfallError('SCHEDULE_NOT_WRITTEN', {
        summary: found
          ? `it was written, and ${readBackFor / 1000} s later it still is another than the manifest wants`
          : `it was written, and ${readBackFor / 1000} s later it does not exist`,
        facts: { schedule: request.Name, group: request.GroupName },
      });
    await clock.sleep(2000, signal);
  }
}

async function pruneSchedule(
  group: string,
  name: string,
  scheduler: Scheduler,
  { host }: World,
): Promise<Omit<ScheduleEnd, 'schedule'>> {
  const options = { signal: host.cancellation };
  try {
    await scheduler.deleteSchedule({ GroupName: group, Name: name }, options);
  } catch (thrown) {
    // Someone may have deleted it, and so may this run, whose answer was lost.
    if (await readSchedule(group, name, scheduler, options)) throw thrown;
  }
  host.log.info(`✓ schedule ${name} is pruned`);
  return { status: 'pruned' };
}

/** The error of the schedules, or undefined when each is as it is wanted. */
export function errorOfSchedules(ends: readonly ScheduleEnd[]): LandfallError | undefined {
  const bad = ends.filter(({ status }) => status === 'failed' || status === 'not-started');
  const [first] = bad.flatMap(({ error }) => error ?? []);
  if (bad.length === 0) return undefined;
  const reasons = bad.map(
    ({ schedule, error }) => `schedule ${schedule}: ${error?.summary ?? 'not started'}`,
  );
  return new LandfallError(first?.code ?? 'CANCELLED', {
    summary: `every service is live, but ${reasons.length === 1 ? reasons[0] : `${reasons.length} of ${ends.length} schedules are not as the manifest wants them`}`,
    remedy: first?.remedy,
    details: reasons.length === 1 ? (first?.details ?? []) : reasons,
    facts: { ...first?.facts, schedules: bad.map(({ schedule }) => schedule) },
    applied: first?.applied,
    cause: first,
  });
}

/** The schedules as a table of the summary. */
export const schedulesTable = (ends: readonly ScheduleEnd[]): readonly SummaryBlock[] =>
  ends.length === 0
    ? []
    : [
        {
          kind: 'table',
          head: ['Schedule', 'Status', 'State', 'Task definition'],
          rows: ends.map(({ schedule, status, state = '', taskDefinition = '', error }) => [
            schedule,
            error ? `${status}: ${error.code}` : status,
            state,
            taskDefinition,
          ]),
          logged: true,
        },
      ];

/** What a later step may read. */
export const schedulesOutput = (ends: readonly ScheduleEnd[]): string =>
  JSON.stringify(
    ends.map(({ schedule, status, state, taskDefinition, error }) => ({
      schedule,
      status,
      ...(state !== undefined && { state }),
      ...(taskDefinition !== undefined && { taskDefinition }),
      ...(error && { verdict: error.code }),
    })),
  );

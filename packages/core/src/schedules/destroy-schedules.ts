import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { World } from '../world/world.ts';
import { listSchedules, readGroup, type ScheduleOwner } from './open-schedules.ts';

/** The schedules that the environment owns, by their names; undefined where it has no group. @throws CONFLICT */
export async function findSchedules(
  owner: ScheduleOwner,
  { aws, host }: World,
): Promise<readonly string[] | undefined> {
  const scheduler = await aws.scheduler();
  const options = { signal: host.cancellation };
  return (await readGroup(owner, scheduler, options))
    ? listSchedules(owner.group, scheduler, options)
    : undefined;
}

/** Deletes the group with its schedules, and waits until it is gone. @throws TIMED_OUT */
export async function destroySchedules(
  { group }: ScheduleOwner,
  world: World,
  timeout: number,
): Promise<void> {
  const { aws, clock, host } = world;
  const scheduler = await aws.scheduler();
  const signal = host.cancellation;
  const until = clock.elapsed() + timeout;
  let isAsked = false;
  for (;;) {
    const state = await scheduler.getScheduleGroup({ Name: group }, { signal }).then(
      ({ State }) => State,
      (thrown) => {
        if (isLandfallError(thrown, 'NOT_FOUND')) return undefined;
        throw thrown;
      },
    );
    if (state === undefined) break;
    if (state !== 'DELETING' && !isAsked) {
      isAsked = true;
      await scheduler.deleteScheduleGroup({ Name: group }, { signal }).catch((thrown) => {
        const isOpen =
          isLandfallError(thrown) && (thrown.applied === 'unknown' || thrown.code === 'NOT_FOUND');
        if (!isOpen) throw thrown;
      });
    }
    if (clock.elapsed() >= until)
      throw new LandfallError('TIMED_OUT', {
        summary: `the schedule group ${group} is still ${state}`,
        facts: { group },
      });
    await clock.sleep(2000, signal);
    if (signal.aborted)
      throw new LandfallError('CANCELLED', {
        summary: `the run was cancelled while the schedule group ${group} was deleted`,
      });
  }
  host.log.info(`✓ the schedule group ${group} is deleted`);
}

import { notePlan, type PlannedService, reportPlan } from '../deployment/controllers/plan-report.ts';
import type { Recorder } from '../record/recorder.ts';
import { logSchedulesPlan, schedulesPlan } from '../schedules/plan-schedules.ts';
import type { World } from '../world/world.ts';
import type { OpenEnvironment } from './open-environment.ts';

export type PlannedOfWave = PlannedService & { readonly wave: number };

/** Plans every wave and tells it in the log; writes nothing. */
export async function planWaves(
  { waves, unwanted, schedules }: OpenEnvironment,
  world: World,
): Promise<readonly PlannedOfWave[]> {
  const planned: PlannedOfWave[] = [];
  for (const { wave, tasks, services } of waves) {
    world.host.log.info(`wave ${wave}:`);
    for (const { key, target } of tasks)
      world.host.log.info(`task ${key} would run first, as ${target.family}`);
    for (const one of services)
      for (const plan of await reportPlan([one], one.settings, world)) planned.push({ ...plan, wave });
  }
  for (const { place } of unwanted)
    world.host.log.info(`${place.name}: the service would be deleted: the manifest no longer describes it`);
  if (schedules) logSchedulesPlan(schedules, world);
  return planned;
}

/** The same, and notes it. */
export async function reportWavesPlan(
  open: OpenEnvironment,
  record: Recorder,
  world: World,
): Promise<readonly PlannedOfWave[]> {
  const planned = await planWaves(open, world);
  notePlan(
    open.waves.flatMap(({ services }) => services),
    planned,
    record,
  );
  if (open.schedules) record.summary(...schedulesPlan(open.schedules));
  return planned;
}

import { notePlan, type PlannedService, reportPlan } from '../deployment/controllers/plan-report.ts';
import type { Recorder } from '../record/recorder.ts';
import type { World } from '../world/world.ts';
import type { OpenEnvironment } from './open-environment.ts';

/** Plans every wave and tells it in the log; writes nothing. */
export async function reportWavesPlan(
  { waves, unwanted }: OpenEnvironment,
  record: Recorder,
  world: World,
): Promise<readonly (PlannedService & { readonly wave: number })[]> {
  const planned: (PlannedService & { readonly wave: number })[] = [];
  for (const { wave, tasks, services } of waves) {
    world.host.log.info(`wave ${wave}:`);
    for (const { key, target } of tasks)
      world.host.log.info(`task ${key} would run first, as ${target.family}`);
    for (const one of services)
      for (const plan of await reportPlan([one], one.settings, world)) planned.push({ ...plan, wave });
  }
  notePlan(
    waves.flatMap(({ services }) => services),
    planned,
    record,
  );
  for (const { place } of unwanted)
    world.host.log.info(`${place.name}: the service would be deleted: the manifest no longer describes it`);
  return planned;
}

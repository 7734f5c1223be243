import { readServices } from '../../../ecs/read-services.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import type { LandfallError } from '../../../errors/landfall-error.ts';
import type { Run } from '../../follow/run.ts';
import type { Settings } from '../../plan/plan-types.ts';
import type { Outcome } from '../../report/outcome.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { impossible, readRollbackRevision, sameBefore } from '../../service/rollback-revision.ts';
import { deployOnce } from '../deploy.ts';
import { deleteTaskSet } from './delete-task-set.ts';
import { externalSteps } from './deploy.ts';
import { noteUndone, noteUndoneIfNeeded } from './undone.ts';

/**
 * Rolls back what this run did to a service of the EXTERNAL controller: what it made live is replaced by a
 * task set of what ran before; what it left next to the live one on a cancel is deleted. What failed is
 * deleted already.
 */
export async function rollBackByTaskSets(
  run: Run,
  target: Target,
  done: Outcome,
  options: WaitOptions,
  settings: Settings = {},
): Promise<Outcome | undefined> {
  const { ecs, world } = run;
  const { cluster, name } = target;
  const place = { cluster, service: name };
  const { serviceArn } = target.service;
  const onLost = (error: LandfallError, consequence: string) =>
    world.host.log.notice(`${name}: ${error.summary}: ${consequence}`);
  if (done.verdict === 'CANCELLED' && done.ours) {
    // The run is cancelled; this is still what the user requested, so the signal is not passed on.
    const { taskSets = [] } = await ecs.describeTaskSets(place);
    const ours = taskSets.find((one) => one.id === done.ours?.deploymentId);
    if (ours?.status !== 'ACTIVE') return undefined;
    const live = taskSets.find((one) => one.status === 'PRIMARY');
    await noteUndoneIfNeeded(ecs, { serviceArn, live, undone: ours }, onLost);
    await deleteTaskSet(ecs, place, ours);
    world.host.log.warning(`${name}: task set ${ours.id} was deleted, and what was live stays live`);
    return undefined;
  }
  if (done.status !== 'deployed') return undefined;
  const before = done.ours?.previous?.taskDefinition;
  const service = (await readServices(ecs, cluster, [name], { signal: world.host.cancellation })).get(name);
  if (!before || service === undefined || service === 'missing')
    throw impossible(name, 'nothing was running before');
  if (before === done.ours?.taskDefinition && settings.desiredCount === undefined)
    throw sameBefore(name, before);
  const registration = await readRollbackRevision(run, name, before);
  world.host.log.warning(`${name}: rolling back to ${shortTaskDefinition(before)}`);
  const outcome = await deployOnce(
    run,
    externalSteps,
    { ...target, service },
    registration,
    settings,
    options,
    async () => {},
  );
  if (outcome.error) world.host.log.error(`${name}: the rollback also failed: ${outcome.error.summary}`);
  else {
    const live = { id: outcome.ours?.deploymentId };
    const undone = { taskDefinition: done.ours?.taskDefinition };
    await noteUndone(ecs, { serviceArn, live, undone }, onLost);
  }
  return outcome;
}

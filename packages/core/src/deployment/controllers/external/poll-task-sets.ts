import type { Deployment, Service, TaskSet } from '@aws-sdk/client-ecs';
import { evidenceCalls } from '../../../ecs/evidence-calls.ts';
import { readServices } from '../../../ecs/read-services.ts';
import { isLandfallError, type LandfallError } from '../../../errors/landfall-error.ts';
import { observe } from '../../rollout/observe.ts';
import type { RolloutEvent } from '../../rollout/rollout-events.ts';
import { stoppedTasksOf } from '../../watch/stopped-tasks.ts';
import { termsAt, type WatchContext } from '../../watch/watch.ts';
import { deleteTaskSet, giveUp } from './delete-task-set.ts';
import { asPart, type ExternalWatch, type Next, nextStep, stuck } from './next-step.ts';
import { forgetReplaced, noteReplaced } from './replaced.ts';

/** One round: the services where due, then service by service its task sets, and the one step that is due. */
export async function readRound(
  open: readonly ExternalWatch[],
  allServices: boolean,
  following: WatchContext,
): Promise<void> {
  const { ecs, signal, clock } = following;
  const services = new Map<string, Service | 'missing'>();
  for (const [cluster, group] of Map.groupBy(allServices ? open : [], ({ ours }) => ours.cluster)) {
    const names = group.map(({ ours }) => ours.service);
    for (const [name, service] of await readServices(ecs, cluster, names, { signal }))
      services.set(`${cluster} ${name}`, service);
  }
  for (const watch of open) {
    const { cluster, service: name } = watch.ours;
    const taskSets = await taskSetsOf(watch, following);
    if (taskSets) look(watch, taskSets, clock.elapsed());
    const { sets } = watch.seen;
    const read = taskSets
      ? services.get(`${cluster} ${name}`)
      : (await readServices(ecs, cluster, [name], { signal })).get(name);
    const service = read === 'missing' ? read : asService(read ?? watch.rollout.service ?? watch.base, sets);
    const first = observe({ at: clock.elapsed(), service }, watch.rollout);
    watch.rollout = first.rollout;
    const failing = first.events.some(isSignOfFailure) || (allServices && !watch.rollout.everRan);
    const evidence = evidenceCalls(clock, signal);
    const stoppedTasks = failing ? await stoppedTasksOf(watch, following, evidence) : undefined;
    const second = stoppedTasks && observe({ at: clock.elapsed(), stoppedTasks }, watch.rollout);
    if (second) watch.rollout = second.rollout;
    const events = [...(second?.events ?? []), ...first.events];
    if (events.length > 0) await following.onEvents(watch, events, evidence);
    const terms = termsAt(watch, clock.elapsed());
    const next = nextStep(watch.seen, watch.rollout, terms);
    await act(watch, asPart(next, watch.seen.part, watch.rollout, terms), following);
  }
}

/** Whether ours is the primary one, or was and no longer is. */
function look(watch: ExternalWatch, sets: readonly TaskSet[], at: number): void {
  const primary = sets.find((one) => one.status === 'PRIMARY');
  const isOurs = primary?.id === watch.ours.deploymentId;
  if (isOurs) watch.mayBePrimary = false;
  const wasPrimary = watch.seen.wasPrimary || isOurs;
  const isDisplaced = wasPrimary && primary !== undefined && !isOurs;
  const displacedSince = isDisplaced ? (watch.seen.displacedSince ?? at) : undefined;
  const had = watch.seen.hadTraffic ?? new Set<string>();
  const hadTraffic = wasPrimary || primary?.id === undefined ? had : new Set([...had, primary.id]);
  watch.seen = { ...watch.seen, sets, wasPrimary, displacedSince, hadTraffic };
}

/** Undefined where ECS no longer reports them, because the service was deleted. */
async function taskSetsOf(
  { ours: { cluster, service } }: ExternalWatch,
  { ecs, signal }: WatchContext,
): Promise<readonly TaskSet[] | undefined> {
  try {
    return (await ecs.describeTaskSets({ cluster, service }, { signal })).taskSets ?? [];
  } catch (error) {
    if (isLandfallError(error, 'SERVICE_NOT_ACTIVE')) return undefined;
    throw error;
  }
}

/** When reading fails only time can end the watch. */
export async function judge(watch: ExternalWatch, following: WatchContext): Promise<void> {
  const terms = termsAt(watch, following.clock.elapsed());
  const { seen } = watch;
  const next = asPart(stuck(watch.rollout, terms), seen.part, watch.rollout, terms);
  await act(watch, next, following);
}

async function act(watch: ExternalWatch, next: Next, following: WatchContext): Promise<void> {
  const { ecs, signal, clock } = following;
  const { cluster, service, serviceArn } = watch.ours;
  const isDeploying = watch.seen.part === 'deploy' && !watch.seen.toGo;
  const onLost = (error: LandfallError, consequence: string) =>
    following.onNotice({ kind: 'permission-missing', error, consequence });
  switch (next.do) {
    case 'make-primary':
      if (next.unnamed.length > 0 && !watch.seen.isNoted) {
        const isNoted = await noteReplaced(ecs, serviceArn, next.taskSet, next.unnamed, onLost, { signal });
        watch.seen = { ...watch.seen, isNoted };
      }
      watch.mayBePrimary = true;
      watch.seen = { ...watch.seen, askedAt: clock.elapsed() };
      // Sent twice it is the same; whether an answer that was lost took effect, the next round sees.
      await ecs.updateServicePrimaryTaskSet(
        { cluster, service, primaryTaskSet: next.taskSet.id },
        { signal },
      );
      watch.seen = { ...watch.seen, wasPrimary: true };
      return following.onEvents(watch, [{ kind: 'stage', stage: 'PRIMARY' }], evidenceCalls(clock, signal));
    case 'delete':
      for (const one of next.taskSets) await deleteTaskSet(ecs, { cluster, service }, one, { signal });
      return following.onEvents(
        watch,
        [{ kind: 'stage', stage: 'DELETE_OLD' }],
        evidenceCalls(clock, signal),
      );
    case 'give-up':
      watch.verdict = await giveUp(watch, next.verdict, following);
      return;
    case 'end':
      if (next.verdict.kind === 'SUCCEEDED' && isDeploying && watch.seen.isNoted)
        await forgetReplaced(ecs, serviceArn, onLost, { signal });
      watch.verdict = next.verdict;
      return;
    case 'wait':
      return;
  }
}

/** The task sets in the terms of deployments, so that counts, events and the stall clock are those of every rollout. */
const asService = (service: Service, sets: readonly TaskSet[]): Service => ({
  ...service,
  deployments: sets.map(
    (one): Deployment => ({
      ...(one.id !== undefined && { id: one.id }),
      ...(one.status !== undefined && { status: one.status }),
      ...(one.taskDefinition !== undefined && { taskDefinition: one.taskDefinition }),
      ...(one.createdAt && { createdAt: one.createdAt }),
      desiredCount: one.computedDesiredCount ?? 0,
      runningCount: one.runningCount ?? 0,
      pendingCount: one.pendingCount ?? 0,
    }),
  ),
});

const isSignOfFailure = (event: RolloutEvent) =>
  (event.kind === 'counts' && event.vanished > 0) ||
  (event.kind === 'service-event' && /unhealthy|failed|unable/i.test(event.message));

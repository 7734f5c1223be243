import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { readServices } from '../../ecs/read-services.ts';
import { probe } from '../../reading/probe.ts';
import type { OutsideChange } from '../../record/outside-change.ts';
import type { Run } from '../follow/run.ts';
import { lookOutside } from '../outside-change/look.ts';
import { callsForDeployment, reportOutsideChanges } from '../outside-change/on-outside-change.ts';
import { betweenReads } from '../rules/standing.ts';
import { isForcedBefore, type OnOutsideChange, type Target } from '../service/read-service-targets.ts';
import type { IsDue } from './marks/force-once.ts';
import { carriesMark } from './marks/force-once-tag.ts';

/** Whether a deployment may have to be forced. */
export interface ForceDecision {
  readonly target: Target;
  /** Absent where nothing is to be forced: the plan alone decides. */
  readonly isDue?: IsDue;
  /** What has been seen to have changed by the time it is called. */
  outsideChanges(): readonly OutsideChange[];
}

/**
 * For a service that has the wanted task definition already: to leave it as it is, where a new deployment would start
 * something else, would be a false green.
 */
export async function forceOutsideChanges(
  run: Run,
  target: Target,
  choice: OnOutsideChange,
): Promise<ForceDecision> {
  const { ecs, world } = run;
  const look = async (found: Target) => ({ found, changes: await lookOutside(found, ecs, world) });
  const first = await look(target);
  // On a stale read this would start again what someone has just started.
  const again = callsForDeployment(first.changes, choice) ? await readAgain(run, target) : undefined;
  const { found, changes } = again ? withKnown(first.changes, await look(again)) : first;
  reportOutsideChanges(changes, choice, world);
  const isDueNow = callsForDeployment(changes, choice);
  const isDue: IsDue = async (later, isSame) =>
    (isDueNow && isSame) || callsForDeployment((await look(later)).changes, choice);
  // An earlier attempt may have been killed while it forced a deployment: this one resumes that.
  const mayBeForced = carriesMark(found.service, world.host.run);
  return { target: found, ...((isDueNow || mayBeForced) && { isDue }), outsideChanges: () => changes };
}

/**
 * A deployment of its own, whatever is live. What an attempt before this one has forced is that only while a new
 * deployment would start the same.
 */
export function forceAnew(
  { ecs, world }: Run,
  target: Target,
  taskDefinition: TaskDefinition,
  choice: OnOutsideChange | undefined,
): ForceDecision & { readonly isDue: IsDue } {
  let changes: readonly OutsideChange[] = [];
  return {
    target,
    isDue: async (found) => {
      if (!isForcedBefore(found)) return true;
      if (choice === undefined) return false;
      changes = await lookOutside({ ...found, taskDefinition: { taskDefinition, tags: [] } }, ecs, world);
      reportOutsideChanges(
        changes,
        choice,
        world,
        'run this step again once it is live; that forces another deployment',
      );
      return callsForDeployment(changes, choice);
    },
    outsideChanges: () => changes,
  };
}

interface Looked {
  readonly found: Target;
  readonly changes: readonly OutsideChange[];
}

/** What was seen to have changed has changed, also where a later look cannot tell. */
const withKnown = (before: readonly OutsideChange[], { found, changes }: Looked): Looked => ({
  found,
  changes: changes.map((change) =>
    change.status === 'changed'
      ? change
      : (before.find((one) => one.kind === change.kind && one.name === change.name) ?? change),
  ),
});

/** The service a moment later; undefined where it cannot be read then. */
async function readAgain({ ecs, world }: Run, target: Target): Promise<Target | undefined> {
  const signal = world.host.cancellation;
  await world.clock.sleep(betweenReads, signal);
  const read = await probe(async () => {
    const services = await readServices(ecs, target.cluster, [target.name], { signal, withTags: true });
    const service = services.get(target.name);
    return service === 'missing' ? undefined : service;
  });
  return read.kind === 'found' ? { ...target, service: read.value } : undefined;
}

import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { readServices } from '../../ecs/read-services.ts';
import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { probe } from '../../reading/probe.ts';
import type { OutsideChange } from '../../record/outside-change.ts';
import type { Run } from '../follow/run.ts';
import { lookOutside } from '../outside-change/look.ts';
import { callsForDeployment, reportOutsideChanges } from '../outside-change/on-outside-change.ts';
import { failedToStart, type Outcome, withOutside } from '../report/outcome.ts';
import { betweenReads } from '../rules/standing.ts';
import type { OnOutsideChange, Target } from '../service/read-service-targets.ts';
import type { Force } from './marks/force-once.ts';
import { carriesMark } from './marks/force-once-tag.ts';

interface Ways {
  readonly force: Force;
  /** Changes nothing that was not requested. */
  readonly leave: (target: Target) => Promise<Outcome>;
}

/**
 * For a service that has the wanted task definition already: to leave it as it is, where a new deployment would start
 * something else, would be a false green. Never rejects: a failure is an outcome.
 */
export async function deployOutsideChanges(
  run: Run,
  target: Target,
  choice: OnOutsideChange,
  { force, leave }: Ways,
): Promise<Outcome> {
  const { ecs, world } = run;
  const look = async (found: Target) => ({ found, changes: await lookOutside(found, ecs, world) });
  try {
    const first = await look(target);
    // On a stale read this would start again what someone has just started.
    const again = callsForDeployment(first.changes, choice) ? await readAgain(run, target) : undefined;
    const { found, changes } = again ? withKnown(first.changes, await look(again)) : first;
    reportOutsideChanges(changes, choice, world);
    // An earlier attempt may have been killed while it forced a deployment: this one resumes that.
    const isDue = callsForDeployment(changes, choice);
    const isDueStill = async (later: Target, isSame: boolean) =>
      (isDue && isSame) || callsForDeployment((await look(later)).changes, choice);
    const mayBeForced = carriesMark(found.service, world.host.run);
    return withOutside(await (isDue || mayBeForced ? force(found, isDueStill) : leave(found)), changes);
  } catch (thrown) {
    return failedToStart(target.cluster, target.name, asLandfallError(thrown));
  }
}

/**
 * A deployment of its own, whatever is live. What an attempt before this one has forced is that only while a new
 * deployment would start the same. Never rejects: a failure is an outcome.
 */
export async function forceAnew(
  run: Run,
  target: Target,
  taskDefinition: TaskDefinition,
  choice: OnOutsideChange | undefined,
  force: Force,
): Promise<Outcome> {
  let changes: readonly OutsideChange[] = [];
  const outcome = await force(target, async (found) => {
    if (!found.isForced) return true;
    if (choice === undefined) return false;
    changes = await lookOutside(
      { ...found, taskDefinition: { taskDefinition, tags: [] } },
      run.ecs,
      run.world,
    );
    reportOutsideChanges(
      changes,
      choice,
      run.world,
      'run this step again once it is live; that forces another deployment',
    );
    return callsForDeployment(changes, choice);
  });
  return withOutside(outcome, changes);
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

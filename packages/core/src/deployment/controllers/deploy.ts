import { primaryOf } from '../../ecs/deployments.ts';
import { settleTime } from '../../ecs/eventual-consistency.ts';
import { within } from '../../ecs/write-once.ts';
import { asLandfallError } from '../../errors/as-landfall-error.ts';
import type { Registration } from '../../task-definition/register.ts';
import { type FollowWay, followTo } from '../follow/follow-deployment.ts';
import type { Run } from '../follow/run.ts';
import type { Settings } from '../plan/plan-types.ts';
import { failedToStart, type Outcome, outcomeOf, withOutside } from '../report/outcome.ts';
import type { OnStarted } from '../rollout/rollout.ts';
import type { WaitOptions } from '../rollout/wait-conditions.ts';
import { tryRead } from '../service/read-again.ts';
import { type ClaimedTarget, isForcedBefore, isSetTo, type Target } from '../service/read-service-targets.ts';
import type { DeploySteps, Planned, Started } from './controller.ts';
import type { ForceDecision } from './force-decision.ts';
import type * as ForceOnce from './marks/force-once.ts';

/**
 * At most one deployment, and that to its verdict. Where one may have to be forced, it is claimed first; a plan that
 * deploys again what did not become live is not carried out, but claimed, and made again. Never rejects: a failure is
 * an outcome.
 */
export async function deployTo(
  run: Run,
  steps: DeploySteps,
  target: Target,
  registration: Registration,
  settings: Settings,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const claims: ForceOnce.ForceClaim[] = [];
  let outsideChanges: ForceDecision['outsideChanges'] = () => [];
  const end = (outcome: Outcome) => {
    for (const claim of claims) claim.end(outcome);
    return withOutside(outcome, outsideChanges());
  };
  try {
    const decision = await decideForce(run, target, registration, settings);
    outsideChanges = decision.outsideChanges;
    let { target: found, isDue } = decision;
    for (;;) {
      const claim = isDue && (await claimForce(run, steps.recognition, found, registration.arn, isDue));
      if (claim) claims.unshift(claim);
      const begunAt = run.world.clock.elapsed();
      const given: ClaimedTarget = claim?.target ?? found;
      const isForced = isForcedBefore(given) || claim?.isForcing;
      const how = isForced ? { ...settings, forceNewDeployment: true } : settings;
      const planned = await steps.planSurely(run, given, registration.arn, how);
      const { plan } = planned;
      if (plan.kind !== 'update' || !plan.isRedeployment) {
        const started: OnStarted = async (ours) => {
          await onStarted(ours);
          await claim?.noteMade(ours.deploymentId);
        };
        const doing = carryOutPlan(run, steps, registration, how, async () => planned);
        const outcome = await carryOut(run, target, registration, options, started, doing, begunAt);
        const isStale = plan.kind === 'adopt' && !claim && run.world.clock.elapsed() - begunAt <= settleTime;
        const newer = isStale ? await sameAfter(run, found, outcome, registration.arn) : undefined;
        return newer ? deployTo(run, steps, newer, registration, settings, options, onStarted) : end(outcome);
      }
      for (const warning of plan.warnings) run.world.host.log.warning(warning);
      found = planned.target;
      isDue = async (_, isSame) => isSame;
    }
  } catch (thrown) {
    return end(failedToStart(target.cluster, target.name, asLandfallError(thrown)));
  }
}

/**
 * What was found in progress was superseded at once: the read that had shown it was behind. The service as it is now,
 * where it is set to the same.
 */
async function sameAfter(
  { ecs, world }: Run,
  target: Target,
  { verdict, ours }: Outcome,
  wanted: string,
): Promise<Target | undefined> {
  if (verdict !== 'SUPERSEDED') return undefined;
  const { cluster, name: serviceName, withTags = false } = target;
  const signal = world.host.cancellation;
  const service = await within(world.clock, signal, async () => {
    const read = await tryRead({ cluster, serviceName, withTags }, { ecs, signal });
    return read && primaryOf(read)?.id !== ours?.deploymentId ? read : undefined;
  });
  return service && primaryOf(service)?.taskDefinition === wanted ? { ...target, service } : undefined;
}

/** Whether a deployment may have to be forced, before anything is planned. */
async function decideForce(
  run: Run,
  target: Target,
  { arn, taskDefinition }: Registration,
  { forceNewDeployment, onOutsideChange }: Settings,
): Promise<ForceDecision> {
  if (forceNewDeployment && !target.isAbsent) {
    const { forceAnew } = await import('./force-decision.ts');
    return forceAnew(run, target, taskDefinition, onOutsideChange);
  }
  if (onOutsideChange === undefined || !isSetTo(target, arn)) return { target, outsideChanges: () => [] };
  const { forceOutsideChanges } = await import('./force-decision.ts');
  return forceOutsideChanges(run, target, onOutsideChange);
}

const claimForce: typeof ForceOnce.claimForce = async (...given) =>
  (await import('./marks/force-once.ts')).claimForce(...given);

/** Plans, starts and follows; the plan alone decides. Never rejects: a failure is an outcome. */
export const deployOnce = <T extends Target>(
  run: Run,
  steps: DeploySteps,
  given: T,
  registration: Registration,
  settings: Settings,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> => {
  const plan = () => steps.planSurely(run, given, registration.arn, settings);
  const doing = carryOutPlan(run, steps, registration, settings, plan);
  return carryOut(run, given, registration, options, onStarted, doing);
};

const carryOutPlan = (
  run: Run,
  steps: DeploySteps,
  registration: Registration,
  settings: Settings,
  plan: () => Promise<Planned>,
): StartAndFollow => ({
  start: async () => {
    const planned = await plan();
    const started = await steps.start(run, planned, registration, settings);
    return { ...started, target: started.target ?? planned.target };
  },
  follow: (target, started) => steps.follow(run, target, started, settings),
});

interface StartAndFollow {
  start(): Promise<Started & { readonly target: Target }>;
  follow(target: Target, started: Started): Promise<FollowWay>;
}

/** A deployment is started, or found, and followed to its verdict. Never rejects: a failure is an outcome. */
export async function carryOut(
  run: Run,
  { cluster, name }: Pick<Target, 'cluster' | 'name'>,
  registration: Registration,
  options: WaitOptions,
  onStarted: OnStarted,
  steps: StartAndFollow,
  begunAt = run.world.clock.elapsed(),
): Promise<Outcome> {
  try {
    const started = await steps.start();
    const startedAt = started.startedAt ?? begunAt;
    const begun = { registration, ...started, startedAt };
    await onStarted(started.ours);
    const milliseconds = run.world.clock.elapsed() - startedAt;
    if (started.verdict) return outcomeOf(started.verdict, { ...begun, milliseconds });
    // What was found, and is being undone, was not started: only its end tells anything.
    const until = started.isStopped && options.until === 'started' ? 'completed' : options.until;
    const way = await steps.follow(started.target, started);
    return await followTo(run, started.target, begun, { ...options, until, count: started.count }, way);
  } catch (thrown) {
    return failedToStart(cluster, name, asLandfallError(thrown));
  }
}

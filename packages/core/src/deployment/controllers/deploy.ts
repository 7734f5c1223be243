import { asLandfallError } from '../../errors/as-landfall-error.ts';
import type { Registration } from '../../task-definition/register.ts';
import { type FollowWay, followTo } from '../follow/follow-deployment.ts';
import type { Run } from '../follow/run.ts';
import type { Settings } from '../plan/plan-types.ts';
import { failedToStart, type Outcome, outcomeOf } from '../report/outcome.ts';
import type { OnStarted } from '../rollout/rollout.ts';
import type { WaitOptions } from '../rollout/wait-conditions.ts';
import { isSetTo, type Target } from '../service/read-service-targets.ts';
import type { DeploySteps, Started } from './controller.ts';
import type { Force } from './marks/force-once.ts';

/** At most one deployment, and that to its verdict. Never rejects: a failure is an outcome. */
export async function deployTo(
  run: Run,
  steps: DeploySteps,
  target: Target,
  registration: Registration,
  settings: Settings,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const deploy = (found: Target, how: Settings, started: OnStarted = onStarted) =>
    deployOnce(run, steps, found, registration, how, options, started, force);
  const force: Force = async (given, isDue) => {
    const { forceOnce } = await import('./marks/force-once.ts');
    const forced = { ...settings, forceNewDeployment: true };
    return forceOnce(run, steps.recognition, given, registration.arn, isDue, (found, isForcing, noteMade) =>
      deploy(found, found.isForced || isForcing ? forced : settings, async (ours) => {
        await onStarted(ours);
        await noteMade(ours.deploymentId);
      }),
    );
  };
  const { onOutsideChange } = settings;
  if (settings.forceNewDeployment && !target.isAbsent) {
    const { forceAnew } = await import('./deploy-outside-changes.ts');
    return forceAnew(run, target, registration.taskDefinition, onOutsideChange, force);
  }
  if (onOutsideChange === undefined || !isSetTo(target, registration.arn)) return deploy(target, settings);
  const { deployOutsideChanges } = await import('./deploy-outside-changes.ts');
  return deployOutsideChanges(run, target, onOutsideChange, {
    force,
    leave: (found) => deploy(found, settings),
  });
}

/**
 * Plans, starts and follows.
 * @param force for what the plan wants deployed again; by default the plan alone decides
 */
export const deployOnce = <T extends Target>(
  run: Run,
  steps: DeploySteps,
  given: T,
  registration: Registration,
  settings: Settings,
  options: WaitOptions,
  onStarted: OnStarted,
  force?: Force,
): Promise<Outcome> =>
  carryOut(run, given, registration, options, onStarted, {
    start: async () => {
      const planned = await steps.planSurely(run, given, registration.arn, settings);
      const { target, plan } = planned;
      if (force && plan.kind === 'update' && plan.isAgain) {
        for (const warning of plan.warnings) run.world.host.log.warning(warning);
        return { ended: await force(target, async (_, isSame) => isSame) };
      }
      const started = await steps.start(run, planned, registration, settings);
      return { ...started, target: started.target ?? target };
    },
    follow: (target, started) => steps.follow(run, target, started, settings),
  });

/** A deployment is started, or found, and followed to its verdict. Never rejects: a failure is an outcome. */
export async function carryOut(
  run: Run,
  { cluster, name }: Pick<Target, 'cluster' | 'name'>,
  registration: Registration,
  options: WaitOptions,
  onStarted: OnStarted,
  steps: {
    start(): Promise<(Started & { readonly target: Target }) | { readonly ended: Outcome }>;
    follow(target: Target, started: Started): Promise<FollowWay>;
  },
): Promise<Outcome> {
  const begunAt = run.world.clock.elapsed();
  try {
    const started = await steps.start();
    if ('ended' in started) return started.ended;
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

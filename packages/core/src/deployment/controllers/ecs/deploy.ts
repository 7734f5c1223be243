import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../../ecs/deployments.ts';
import { untoldRollback } from '../../../ecs/newest-deployment.ts';
import { isStopped, isUnderWay } from '../../../ecs/newest-first.ts';
import { asLandfallError } from '../../../errors/as-landfall-error.ts';
import { LandfallError } from '../../../errors/landfall-error.ts';
import type { Registration } from '../../../task-definition/register.ts';
import { type FollowOptions, followTo } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import { forcedUndone, planUpdate } from '../../plan/plan.ts';
import type { Plan, Settings } from '../../plan/plan-types.ts';
import { failedToStart, type Outcome, outcomeOf } from '../../report/outcome.ts';
import type { OnStarted, Ours } from '../../rollout/rollout.ts';
import { judgeStanding } from '../../rules/standing.ts';
import { isSetTo, type Target } from '../../service/read-service-targets.ts';
import { readStanding, readUntilCertain } from '../../service/read-standing.ts';
import { otherThan, oursOf } from '../../service/tracked-deployment.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { Force } from '../marks/force-once.ts';
import { type Updated, updateService } from './update-service.ts';

type Deploy = (
  run: Run,
  target: Target,
  registration: Registration,
  settings: Settings,
  options: FollowOptions,
  onStarted: OnStarted,
) => Promise<Outcome>;

/** At most one deployment, and that to its verdict. Never rejects: a failure is an outcome. */
export const deployTo: Deploy = async (run, target, registration, settings, options, onStarted) => {
  const deploy = (found: Target, how: Settings, started: OnStarted = onStarted) =>
    deployByController(run, found, registration, how, force, options, started);
  const force: Force = async (given, isDue) => {
    const { forceOnce } = await import('../marks/force-once.ts');
    const forced = { ...settings, forceNewDeployment: true };
    return forceOnce(run, given, registration.arn, isDue, (found, isForcing, noteMade) =>
      deploy(found, found.isForced || isForcing ? forced : settings, async (ours) => {
        await onStarted(ours);
        await noteMade(ours.deploymentId);
      }),
    );
  };
  const { onOutsideChange } = settings;
  if (settings.forceNewDeployment) {
    const { forceAnew } = await import('../deploy-outside-changes.ts');
    return forceAnew(run, target, registration.taskDefinition, onOutsideChange, force);
  }
  if (onOutsideChange === undefined || !isSetTo(target, registration.arn)) return deploy(target, settings);
  const { mindOutside } = await import('../deploy-outside-changes.ts');
  return mindOutside(run, target, onOutsideChange, {
    force,
    leave: (found) => deploy(found, settings),
  });
};

const deployByController = async (
  run: Run,
  target: Target,
  registration: Registration,
  settings: Settings,
  force: Force,
  options: FollowOptions,
  onStarted: OnStarted,
): Promise<Outcome> => {
  if (target.codeDeploy) {
    const { deployByCodeDeploy } = await import('../codedeploy/deploy.ts');
    return deployByCodeDeploy(run, target, registration, settings, options, onStarted);
  }
  if (target.service.deploymentController?.type === 'EXTERNAL') {
    const { deployByTaskSets } = await import('../external/deploy.ts');
    return deployByTaskSets(run, target, registration, settings, options, onStarted);
  }
  const doing = (found: Target): Doing => {
    const plan = planUpdate(found, registration.arn, settings);
    return {
      plan,
      registration,
      make: () => makeByUpdate(run, found, plan),
      again: doing,
      count: settings.desiredCount,
      ...(plan.kind === 'update' && !plan.startsDeployment && { settings: plan.request }),
    };
  };
  try {
    const isAsked = isSetTo(target, registration.arn) && !settings.forceNewDeployment;
    const first = isAsked ? await readStanding(run, target, registration.arn) : target;
    const { found, next } = await certainly(run, first, doing(first));
    if (next.plan.kind !== 'update' || !next.plan.isAgain)
      return await carryOut(run, found, next, options, onStarted);
    for (const warning of next.plan.warnings) run.world.host.log.warning(warning);
    return await force(found, async (_, isSame) => isSame);
  } catch (thrown) {
    return failedToStart(target.cluster, target.name, asLandfallError(thrown));
  }
};

/** What is to be done to a service that ECS's own controller deploys. */
export interface Doing {
  readonly plan:
    | Exclude<Plan, { kind: 'update' }>
    | { readonly kind: 'update'; readonly warnings: readonly string[]; readonly isAgain?: boolean };
  /** What the service is to run; what it runs, where that is not known before the write. */
  readonly registration: Registration;
  /** The one write that makes the deployment. */
  readonly make: () => Promise<Made>;
  /** What is to be done to the service as a later read shows it. */
  readonly again?: (found: Target) => Doing;
  /** The desired count that was asked for. */
  readonly count?: number | undefined;
  /** What the write sets, where it starts no deployment. */
  readonly settings?: UpdateServiceRequest;
}

export interface Made extends Updated {
  /** What it runs, where only the write tells. */
  readonly registration?: Registration;
  /** The service to follow, where it is not the one that was read before. */
  readonly target?: Target;
}

/** What is to be done, by as many reads as it takes: that nothing is to be done takes two that agree. */
async function certainly(
  run: Run,
  target: Target,
  doing: Doing,
): Promise<{ readonly found: Target; readonly next: Doing }> {
  if (doing.plan.kind !== 'unchanged') return { found: target, next: doing };
  const found = await readUntilCertain(run, target, doing.registration.arn);
  return { found, next: doing.again?.(found) ?? doing };
}

/** Does what the plan says and follows what came of it. Never rejects: a failure is an outcome. */
export async function carryOut(
  run: Run,
  given: Target,
  doing: Doing,
  options: FollowOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const startedAt = run.world.clock.elapsed();
  let target = given;
  try {
    const { found, next } = await certainly(run, given, doing);
    target = found;
    const begun = await act(run, found, next);
    await onStarted(begun.ours);
    const milliseconds = () => run.world.clock.elapsed() - startedAt;
    if (begun.verdict) return outcomeOf(begun.verdict, { ...begun, milliseconds: milliseconds() });
    const { count } = begun;
    // What was found, and is being undone, was not started: only its end tells anything.
    const until = begun.isStopped && options.until === 'started' ? 'completed' : options.until;
    return await followTo(run, begun.target ?? target, { ...begun, startedAt }, { ...options, until, count });
  } catch (thrown) {
    return failedToStart(target.cluster, target.name, asLandfallError(thrown));
  }
}

function makeByUpdate(run: Run, target: Target, plan: Plan): Promise<Made> {
  if (plan.kind !== 'update') throw new Error('nothing to update');
  const { cluster, name: serviceName } = target;
  return updateService(
    {
      request: plan.request,
      startsDeployment: plan.startsDeployment,
      cluster,
      serviceName,
      before: target.service.deployments ?? [],
    },
    { ecs: run.ecs, clock: run.world.clock, signal: run.world.host.cancellation },
  );
}

interface Begun {
  readonly ours: Ours;
  readonly registration: Registration;
  readonly target?: Target | undefined;
  readonly arn?: string | undefined;
  /** Known at once: nothing had to be done. */
  readonly verdict?: Verdict;
  /** So many tasks are to run now, without a deployment. */
  readonly count?: number | undefined;
  /** It was found stopped or rolled back, or on the way to that. */
  readonly isStopped?: boolean;
}

async function act(run: Run, target: Target, doing: Doing): Promise<Begun> {
  const { plan, registration, make } = doing;
  const { log } = run.world.host;
  const before = primaryOf(target.service);
  switch (plan.kind) {
    case 'unchanged':
      if (judgeStanding(target.reads ?? []) !== 'noop')
        return { ...openOf(target, doing.count), registration };
      if (target.newest === 'unreadable') log.warning(untoldRollback(target.name, registration.arn));
      return {
        ours: oursOf(target, before, undefined),
        registration,
        verdict: { kind: 'NOOP', reason: plan.reason, live: registration.arn },
      };
    case 'blocked':
      throw new LandfallError('TOO_MANY_DEPLOYMENTS', { summary: `${target.name}: ${plan.reason}` });
    case 'failed-before':
      throw new LandfallError('DEPLOYMENT_FAILED', {
        summary: `${target.name}: ${plan.reason}`,
        remedy:
          'Fix the cause and deploy a changed task definition, or set `force-new-deployment` to try the same one again.',
      });
    case 'adopt':
      log.info(`${target.name}: ${plan.reason}; following it`);
      return { ...openOf(target, doing.count), registration };
    case 'update': {
      for (const warning of plan.warnings) log.warning(warning);
      const made = await make();
      if (made.how === 'adopted')
        log.notice(`${target.name}: the answer to the update was lost; the deployment it made was found`);
      const begun = {
        ours: {
          ...oursOf(made.target ?? target, made.primary, before?.id === made.primary.id ? undefined : before),
          desiredCount: doing.count,
        },
        registration: made.registration ?? registration,
        target: made.target,
      };
      // Without a deployment of its own: what is live must still be so, with what was set.
      return {
        ...begun,
        ...(made.isNew ? { arn: made.service.currentServiceDeployment } : {}),
        count: made.isNew ? undefined : doing.settings?.desiredCount,
      };
    }
  }
}

/** What a service that is set to what was asked for is about to come to: its newest deployment of that, or what is PRIMARY. */
function openOf(
  target: Target,
  count: number | undefined,
): Pick<Begun, 'ours' | 'arn' | 'target' | 'isStopped' | 'count'> {
  const { service, newest } = target;
  const primary = primaryOf(service);
  const last = typeof newest === 'object' ? newest : undefined;
  const isAnother = last && last.id !== primary?.id && isUnderWay(last.status);
  if (isAnother && (forcedUndone(target) || last.taskDefinition === primary?.taskDefinition)) {
    const { id, taskDefinition, createdAt, arn } = last;
    const made = { id, taskDefinition, createdAt: new Date(createdAt) };
    return { ours: oursOf(target, made, primary), target, arn, isStopped: isStopped(last.status) };
  }
  return {
    ours: oursOf(target, primary, otherThan(service, primary?.id)),
    target,
    arn: last?.id === primary?.id ? last?.arn : service.currentServiceDeployment,
    isStopped: last?.id === primary?.id && isStopped(last?.status),
    count: primary?.rolloutState === 'COMPLETED' ? count : undefined,
  };
}

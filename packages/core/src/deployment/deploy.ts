import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { Registration } from '../task-definition/register.ts';
import { isDown } from './down.ts';
import { type FollowOptions, followTo } from './follow.ts';
import { failedToStart, type Outcome, outcomeOf } from './outcome.ts';
import { planUpdate } from './plan.ts';
import type { Plan, Settings } from './plan-terms.ts';
import { type Ours, primaryOf, shortTaskDefinition } from './rollout.ts';
import type { Run } from './run.ts';
import { isSetTo, type Target } from './target.ts';
import { type Updated, updateService } from './update.ts';
import type { Verdict } from './verdict.ts';

type Deploy = (
  run: Run,
  target: Target,
  registration: Registration,
  settings: Settings,
  options: FollowOptions,
  onStarted: (ours: Ours) => Promise<void>,
) => Promise<Outcome>;

/** At most one deployment, and that to its verdict. Never rejects: a failure is an outcome. */
export const deployTo: Deploy = async (run, target, registration, settings, ...rest) => {
  const deploy = (found: Target, how = settings) =>
    deployByController(run, found, registration, how, ...rest);
  if (!settings.forceNewDeployment) return deployUnforced(run, target, registration, settings, deploy);
  const { forceOnce } = await import('./forcing.ts');
  return forceOnce(run, target, registration.arn, deploy);
};

/** Forced all the same, where the tag of an image was pushed again since it was deployed. */
async function deployUnforced(
  run: Run,
  target: Target,
  { arn }: Registration,
  settings: Settings,
  deploy: (target: Target, settings: Settings) => Promise<Outcome>,
): Promise<Outcome> {
  if (!isSetTo(target, arn)) return deploy(target, settings);
  const { mindMovedImages } = await import('./mind-moved-images.ts');
  try {
    return await deploy(target, await mindMovedImages(target, settings, run.ecs, run.world));
  } catch (thrown) {
    return failedToStart(target.cluster, target.name, asLandfallError(thrown));
  }
}

const deployByController: Deploy = async (run, target, registration, settings, options, onStarted) => {
  if (target.codeDeploy) {
    const { deployByCodeDeploy } = await import('./code-deploy/deploy.ts');
    return deployByCodeDeploy(run, target, registration, settings, options, onStarted);
  }
  if (target.service.deploymentController?.type === 'EXTERNAL') {
    const { deployByTaskSets } = await import('./external/deploy.ts');
    return deployByTaskSets(run, target, registration, settings, options, onStarted);
  }
  const plan = planUpdate(target, registration.arn, settings);
  const doing = { plan, registration, make: () => makeByUpdate(run, target, plan) };
  return carryOut(run, target, doing, options, onStarted);
};

/** What is to be done to a service that ECS's own controller deploys. */
export interface Doing {
  readonly plan:
    | Exclude<Plan, { kind: 'update' }>
    | { readonly kind: 'update'; readonly warnings: readonly string[] };
  /** What the service is to run; what it runs, where that is not known before the write. */
  readonly registration: Registration;
  /** The one write that makes the deployment. */
  readonly make: () => Promise<Made>;
}

export interface Made extends Updated {
  /** What it runs, where only the write tells. */
  readonly registration?: Registration;
  /** The service to follow, where it is not the one that was read before. */
  readonly target?: Target;
}

/** Does what the plan says and follows what came of it. Never rejects: a failure is an outcome. */
export async function carryOut(
  run: Run,
  target: Target,
  doing: Doing,
  options: FollowOptions,
  onStarted: (ours: Ours) => Promise<void>,
): Promise<Outcome> {
  const startedAt = run.world.clock.elapsed();
  try {
    const begun = await act(run, target, doing);
    await onStarted(begun.ours);
    if (begun.verdict)
      return outcomeOf(begun.verdict, { ...begun, milliseconds: run.world.clock.elapsed() - startedAt });
    return await followTo(run, begun.target ?? target, { ...begun, startedAt }, options);
  } catch (thrown) {
    return failedToStart(target.cluster, target.name, asLandfallError(thrown));
  }
}

function makeByUpdate(run: Run, target: Target, plan: Plan): Promise<Made> {
  if (plan.kind !== 'update') throw new Error('nothing to update');
  const { cluster, name: serviceName } = target;
  return updateService(
    { request: plan.request, cluster, serviceName, before: primaryOf(target.service) },
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
}

async function act(run: Run, target: Target, { plan, registration, make }: Doing): Promise<Begun> {
  const { log } = run.world.host;
  const before = primaryOf(target.service);
  switch (plan.kind) {
    case 'unchanged':
      return {
        ours: oursOf(target, before, undefined),
        registration,
        verdict: { kind: 'NOOP', reason: plan.reason, live: registration.arn },
      };
    case 'failed-before':
      throw new LandfallError('DEPLOYMENT_FAILED', {
        summary: `${target.name}: ${plan.reason}`,
        remedy:
          'Mend the cause and deploy a changed task definition, or set `force-new-deployment` to try the same one again.',
      });
    case 'adopt':
      log.info(`${target.name}: ${plan.reason}; following it`);
      return {
        ours: oursOf(target, before, otherThan(target.service, before?.id)),
        registration,
        arn: target.service.currentServiceDeployment,
      };
    case 'update': {
      for (const warning of plan.warnings) log.warning(warning);
      const made = await make();
      if (made.how === 'adopted')
        log.notice(`${target.name}: the answer to the update was lost; the deployment it made was found`);
      const begun = {
        ours: oursOf(
          made.target ?? target,
          made.primary,
          before?.id === made.primary.id ? undefined : before,
        ),
        registration: made.registration ?? registration,
        target: made.target,
      };
      // A count that was 0 until now: complete, but nobody has seen a task of it.
      const isDone = made.primary.rolloutState === 'COMPLETED' && !isDown(made.service, made.primary);
      if (made.isNew || !isDone) return { ...begun, arn: made.service.currentServiceDeployment };
      const live = begun.registration.arn;
      const reason = `the service was updated; ECS started no new deployment, and ${shortTaskDefinition(live)} is live`;
      return { ...begun, verdict: { kind: 'NOOP', reason, live } };
    }
  }
}

const otherThan = (service: Service, id: string | undefined) =>
  service.deployments?.find((one) => one.id !== id);

export const oursOf = (
  target: Target,
  primary: Deployment | undefined,
  previous: Deployment | undefined,
): Ours => ({
  cluster: target.cluster,
  service: target.name,
  serviceArn: target.service.serviceArn ?? '',
  deploymentId: primary?.id ?? '',
  taskDefinition: primary?.taskDefinition ?? '',
  createdAt: primary?.createdAt?.getTime() ?? 0,
  previous: previous?.id
    ? { deploymentId: previous.id, taskDefinition: previous.taskDefinition ?? '' }
    : undefined,
});

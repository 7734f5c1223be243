import type { Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../../ecs/deployments.ts';
import { untoldRollback } from '../../../ecs/newest-deployment.ts';
import { isStopped, isUnderWay } from '../../../ecs/newest-first.ts';
import { LandfallError } from '../../../errors/landfall-error.ts';
import type { Registration } from '../../../task-definition/register.ts';
import type { Run } from '../../follow/run.ts';
import { checkDefinition } from '../../inputs/service-definition-inputs.ts';
import { planUpdate } from '../../plan/plan.ts';
import type { Plan, Settings } from '../../plan/plan-types.ts';
import { judgeStanding } from '../../rules/standing.ts';
import { ownerOf, refuseOtherOwner } from '../../service/owner-tag.ts';
import { isSetTo, type StandingTarget, type Target } from '../../service/read-service-targets.ts';
import { readStanding, readUntilCertain } from '../../service/read-standing.ts';
import { stoppedTag } from '../../service/stopped-tag.ts';
import { otherThan, trackDeployment } from '../../service/tracked-deployment.ts';
import type { DeploymentController, DeploySteps, Planned, Started } from '../controller.ts';
import { wayByEcs } from './follow.ts';
import { ecsRecognition } from './recognition.ts';
import { type Updated, updateService } from './update-service.ts';

/** ECS's own controller: one UpdateService. */
export const ecsSteps: DeploySteps = {
  recognition: ecsRecognition,

  async planSurely(run, given, wanted, settings) {
    const first = await readWithStanding(run, given, wanted, settings);
    const plan = planUpdate(first, wanted, settings);
    if (plan.kind !== 'unchanged') return { target: first, plan };
    const target = await readUntilCertain(run, first, wanted);
    return { target, plan: planUpdate(target, wanted, settings) };
  },

  start: async (run, { target, plan }: Planned<StandingTarget>, registration, settings) => {
    const created =
      plan.kind === 'create'
        ? await (await import('./create-service.ts')).createService(run, plan.request)
        : undefined;
    if (created && 'existing' in created)
      return startOnExisting(run, target, created.existing, registration, settings);
    const stopsFirst = plan.kind === 'update' && plan.stopsFirst === true;
    const count = stopsFirst ? plan.request.desiredCount : settings.desiredCount;
    const started = await startByUpdate(run, target, {
      plan,
      registration,
      make: async () => {
        if (created) return created;
        if (plan.kind !== 'update') throw new Error('nothing to update');
        const update = () => makeByUpdate(run, target, plan);
        if (!stopsFirst) return update();
        const { updateStopped } = await import('./stop-before-deploy.ts');
        return updateStopped(run, target, count ?? 0, settings.stopBefore?.within, update);
      },
      count,
      ...(plan.kind === 'update' && !plan.startsDeployment && { settings: plan.request }),
    });
    // An earlier attempt may have left it.
    if (!stopsFirst && target.service.tags?.some(({ key }) => key === stoppedTag))
      await (await import('./stop-before-deploy.ts')).removeStoppedTag(run, target);
    return started;
  },

  follow: async (run, target, started) => wayByEcs(run, target, started),
};

/** Someone else has created the service since it was read as absent: it is brought to what is wanted. */
async function startOnExisting(
  run: Run,
  { cluster, name }: Target,
  service: Service,
  registration: Registration,
  settings: Settings,
): Promise<Started> {
  run.world.host.log.notice(`${name}: someone else has created it since; deploying to what is there`);
  const isSame = primaryOf(service)?.taskDefinition === registration.arn;
  const { taskDefinition } = registration;
  const target: Target = {
    cluster,
    name,
    service,
    withTags: true,
    ...(isSame && { taskDefinition: { taskDefinition, tags: [] } }),
  };
  refuseOtherOwner([target], ownerOf({ tags: [...(settings.definition?.tags ?? [])] }));
  if (settings.definition) checkDefinition(target, settings.definition, settings);
  const planned = await ecsSteps.planSurely(run, target, registration.arn, settings);
  const started = await ecsSteps.start(run, planned, registration, settings);
  return { ...started, target: started.target ?? planned.target };
}

/** With its newest service deployment and how it stands, where the service is set to what is wanted already. */
export const readWithStanding: DeploymentController['read'] = async (access, target, wanted, settings) =>
  isSetTo(target, wanted) && !settings.forceNewDeployment ? readStanding(access, target, wanted) : target;

/** What is to be done to a service that ECS's own controller deploys. */
export interface UpdateAction {
  readonly plan:
    | Exclude<Plan, { kind: 'update' | 'create' }>
    | { readonly kind: 'update' | 'create'; readonly warnings: readonly string[] };
  /** What the service is to run; what it runs, where that is not known before the write. */
  readonly registration: Registration;
  /** The one write that makes the deployment. */
  readonly make: () => Promise<UpdatedService>;
  /** The desired count that was requested. */
  readonly count?: number | undefined;
  /** What the write sets, where it starts no deployment. */
  readonly settings?: UpdateServiceRequest;
}

export interface UpdatedService extends Updated {
  /** What it runs, where only the write tells. */
  readonly registration?: Registration;
  /** The service to follow, where it is not the one that was read before. */
  readonly target?: Target;
}

async function makeByUpdate(
  run: Run,
  target: Target,
  plan: Plan & { kind: 'update' },
): Promise<UpdatedService> {
  const { cluster, name: serviceName } = target;
  const updated = await updateService(
    {
      request: plan.request,
      startsDeployment: plan.startsDeployment,
      cluster,
      serviceName,
      before: target.service.deployments ?? [],
    },
    { ecs: run.ecs, clock: run.world.clock, signal: run.world.host.cancellation },
  );
  const { deploymentConfiguration } = plan.request;
  // How long it takes, and what ECS does when it fails, goes by what the update has set.
  return deploymentConfiguration === undefined
    ? updated
    : { ...updated, target: { ...target, service: { ...target.service, deploymentConfiguration } } };
}

/** The one write of a plan, or what there is to follow. */
export async function startByUpdate(run: Run, target: StandingTarget, doing: UpdateAction): Promise<Started> {
  const startedAt = run.world.clock.elapsed();
  const { plan, registration, make } = doing;
  const { log } = run.world.host;
  const before = primaryOf(target.service);
  switch (plan.kind) {
    case 'unchanged':
      if (judgeStanding(target.standing?.reads ?? []) !== 'noop')
        return { ...openOf(target, doing.count), registration, startedAt };
      if (target.standing?.newest === 'unreadable')
        log.warning(untoldRollback(target.name, registration.arn));
      return {
        ours: trackDeployment(target, before, undefined),
        registration,
        startedAt,
        verdict: { kind: 'NOOP', reason: plan.reason, live: registration.arn },
      };
    case 'blocked':
      throw new LandfallError('TOO_MANY_DEPLOYMENTS', { summary: `${target.name}: ${plan.reason}` });
    case 'failed-before':
      throw new LandfallError('DEPLOYMENT_FAILED', {
        summary: `${target.name}: ${plan.reason}`,
        remedy:
          'Fix the cause and deploy a changed task definition, or set `force-new-deployment` to retry the same one.',
      });
    case 'adopt':
      log.info(`${target.name}: ${plan.reason}; following it`);
      return { ...openOf(target, doing.count), registration, startedAt };
    case 'create':
    case 'update': {
      for (const warning of plan.warnings) log.warning(warning);
      const made = await make();
      if (made.how === 'adopted')
        log.notice(
          plan.kind === 'create'
            ? `${target.name}: no response to CreateService at first; the service was created`
            : `${target.name}: no response to UpdateService; found the deployment it created`,
        );
      const begun = {
        ours: {
          ...trackDeployment(
            made.target ?? { ...target, service: { ...target.service, serviceArn: made.service.serviceArn } },
            made.primary,
            before?.id === made.primary.id ? undefined : before,
          ),
          desiredCount: doing.count,
        },
        registration: made.registration ?? registration,
        target: made.target ?? (plan.kind === 'create' ? createdTarget(target, made.service) : undefined),
        startedAt,
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

/** Its events, too, are all of ours. */
const createdTarget = ({ cluster, name }: Target, service: Service): Target => ({
  cluster,
  name,
  service: { ...service, events: [] },
});

/**
 * What a service with the requested settings will converge to: its newest deployment of them, or
 * what is PRIMARY.
 */
function openOf(
  target: StandingTarget,
  count: number | undefined,
): Pick<Started, 'ours' | 'arn' | 'target' | 'isStopped' | 'count'> {
  const { service, forced, standing } = target;
  const primary = primaryOf(service);
  const undone = forced?.kind === 'rolling-back' ? forced.deployment : undefined;
  const last = undone ?? (typeof standing?.newest === 'object' ? standing.newest : undefined);
  const isAnother = last && last.id !== primary?.id && isUnderWay(last.status);
  if (isAnother && (undone || last.taskDefinition === primary?.taskDefinition)) {
    const { id, taskDefinition, createdAt, arn } = last;
    const made = { id, taskDefinition, createdAt: new Date(createdAt) };
    return { ours: trackDeployment(target, made, primary), target, arn, isStopped: isStopped(last.status) };
  }
  return {
    ours: trackDeployment(target, primary, otherThan(service, primary?.id)),
    target,
    arn: last?.id === primary?.id ? last?.arn : service.currentServiceDeployment,
    isStopped: last?.id === primary?.id && isStopped(last?.status),
    count: primary?.rolloutState === 'COMPLETED' ? count : undefined,
  };
}

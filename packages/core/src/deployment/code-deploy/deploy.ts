import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import type { Registration } from '../../task-definition/register.ts';
import type { CodeDeploy } from '../../world/aws.ts';
import { type FollowOptions, followTo } from '../follow.ts';
import { failedToStart, type Outcome, outcomeOf } from '../outcome.ts';
import { planUpdate } from '../plan.ts';
import type { Plan, Settings } from '../plan-terms.ts';
import { type Ours, shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import type { Verdict } from '../verdict.ts';
import { appSpecFor } from './app-spec.ts';
import { reasonOf } from './picture.ts';
import { readDeployments } from './read.ts';
import { findActive, type Order, startDeployment } from './start.ts';
import { liveTaskDefinition, primaryTaskSet } from './task-sets.ts';
import { wayOf, withWaits } from './way.ts';

/** At most one deployment in CodeDeploy, and that to its verdict. Never rejects: a failure is an outcome. */
export async function deployByCodeDeploy(
  run: Run,
  target: Target,
  registration: Registration,
  settings: Settings,
  options: FollowOptions,
  onStarted: (ours: Ours) => Promise<void>,
): Promise<Outcome> {
  const startedAt = run.world.clock.elapsed();
  try {
    const codeDeploy = await run.world.aws.codeDeploy();
    const plan = planUpdate(target, registration.arn, settings);
    const begun = await act(run, target, registration, plan, codeDeploy);
    await onStarted(begun.ours);
    if (begun.verdict) {
      const milliseconds = run.world.clock.elapsed() - startedAt;
      return outcomeOf(begun.verdict, { ours: begun.ours, registration, milliseconds });
    }
    const way = wayOf(run, target.codeDeploy!, codeDeploy);
    const limited = withWaits(options, target.codeDeploy!);
    return await followTo(run, target, { ours: begun.ours, registration, startedAt }, limited, way);
  } catch (thrown) {
    return failedToStart(target.cluster, target.name, asLandfallError(thrown));
  }
}

interface Begun {
  readonly ours: Ours;
  /** Known at once: nothing had to be done. */
  readonly verdict?: Verdict;
}

async function act(
  run: Run,
  target: Target,
  { arn: taskDefinition, taskDefinition: definition }: Registration,
  plan: Plan,
  codeDeploy: CodeDeploy,
): Promise<Begun> {
  const { world } = run;
  const { log, cancellation: signal } = world.host;
  const by = target.codeDeploy!;
  const containers = (definition.containerDefinitions ?? []).flatMap((one) => one.name ?? []);
  const order: Order = {
    service: target.name,
    by,
    taskDefinition,
    appSpec: appSpecFor(target.service, taskDefinition, containers, by.appSpec),
  };
  const parts = { codeDeploy, clock: world.clock, signal };
  const ours = (deploymentId: string, createdAt = 0) =>
    oursOf(target, taskDefinition, deploymentId, createdAt);
  // Also before "nothing to do": what is live now may be about to be replaced.
  const active = await findActive(order, parts);
  if (active?.deploymentId) {
    log.info(
      `${target.name}: deployment ${active.deploymentId} is already rolling ${shortTaskDefinition(taskDefinition)} out; following it`,
    );
    return { ours: ours(active.deploymentId, active.createTime?.getTime()) };
  }
  if (plan.kind !== 'update' || !plan.startsDeployment) await refuseFailed(target, codeDeploy, signal);
  const last = by.info.lastSuccessfulDeployment?.deploymentId ?? '';
  if (plan.kind !== 'update')
    return { ours: ours(last), verdict: { kind: 'NOOP', reason: plan.reason, live: taskDefinition } };
  for (const warning of plan.warnings) log.warning(warning);
  await updateSettings(run, plan);
  if (!plan.startsDeployment) {
    const reason = `the service was updated, and ${shortTaskDefinition(taskDefinition)} is already live`;
    return { ours: ours(last), verdict: { kind: 'NOOP', reason, live: taskDefinition } };
  }
  const { id, how } = await startDeployment(order, parts);
  if (how === 'adopted')
    log.notice(`${target.name}: the answer of CodeDeploy was lost; the deployment it made was found`);
  log.info(`${target.name}: ${consoleLink(world.aws.region, id)}`);
  return { ours: ours(id) };
}

/**
 * What has the traffic may have it by a deployment that failed after the shift, which nobody rolled back: to call
 * that "nothing to do" would make a red step green by running it again.
 * @throws DEPLOYMENT_FAILED
 */
async function refuseFailed(target: Target, codeDeploy: CodeDeploy, signal: AbortSignal): Promise<void> {
  const primary = primaryTaskSet(target.service);
  const id = primary?.externalId;
  if (!id?.startsWith('d-')) return;
  const maker = (await readDeployments(codeDeploy, [id], { signal })).get(id);
  if (maker?.status !== 'Failed' && maker?.status !== 'Stopped') return;
  const name = shortTaskDefinition(primary?.taskDefinition);
  throw new LandfallError('DEPLOYMENT_FAILED', {
    summary: `${target.name}: ${name} has the traffic, but deployment ${id} of it has failed: ${reasonOf(maker, undefined)}`,
    remedy:
      'Mend the cause and deploy a changed task definition, roll back with rollback-service, or set `force-new-deployment` to try the same one again.',
    facts: { service: target.name, deploymentId: id, status: maker.status },
  });
}

/** What CodeDeploy does not deploy: the desired count and the tags. The same values sent twice are the same. */
async function updateSettings({ ecs, world }: Run, plan: Plan & { kind: 'update' }): Promise<void> {
  const { cluster: _cluster, service: _service, ...changes } = plan.request;
  if (Object.keys(changes).length === 0) return;
  const options = { signal: world.host.cancellation };
  await ecs.updateService(plan.request, options).catch(async (error) => {
    if (!isLandfallError(error) || error.applied !== 'unknown') throw error;
    await ecs.updateService(plan.request, options);
  });
}

function oursOf(target: Target, taskDefinition: string, deploymentId: string, createdAt: number): Ours {
  const live = liveTaskDefinition(target.service);
  return {
    cluster: target.cluster,
    service: target.name,
    serviceArn: target.service.serviceArn ?? '',
    deploymentId,
    taskDefinition,
    // Old events are known by their ids: CreateDeployment does not say when it made the deployment.
    createdAt,
    previous:
      live === undefined
        ? undefined
        : { deploymentId: primaryTaskSet(target.service)?.id ?? '', taskDefinition: live },
  };
}

/** https://docs.aws.amazon.com/general/latest/gr/codedeploy.html: each partition has its own console. */
function consoleLink(region: string, deploymentId: string): string {
  const domain = region.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com';
  return `https://${domain}/codesuite/codedeploy/deployments/${deploymentId}?region=${region}`;
}

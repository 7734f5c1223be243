import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { TaskSet } from '@aws-sdk/client-ecs';
import type { ByCodeDeploy } from '../../../codedeploy/deployment-group.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isOfDeployment, primaryTaskSet } from '../../../ecs/task-sets.ts';
import { LandfallError } from '../../../errors/landfall-error.ts';
import type { Registration } from '../../../task-definition/register.ts';
import type { CodeDeploy } from '../../../world/aws.ts';
import type { Run } from '../../follow/run.ts';
import type { Settings } from '../../plan/plan-types.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { planSurely, updateSettings } from '../by-task-sets.ts';
import type { DeploySteps, Made, Planned, Recognition, Started } from '../controller.ts';
import { appSpecFor } from './app-spec.ts';
import { type Order, startDeployment, tooMany } from './create-deployment.ts';
import { planByCodeDeploy, underWay } from './plan.ts';
import {
  type CodeDeployTarget,
  type CurrentTarget,
  readAgainInAgreement,
  readInAgreement,
} from './read/current.ts';
import { listDeployments, readDeployments } from './read/read-deployments.ts';
import { replacedBy } from './read/task-set-traffic.ts';
import { isOver } from './watch/codedeploy-watch.ts';
import { wayOf } from './watch/follow-codedeploy.ts';

/** By the deployments of the group. */
const codeDeployRecognition: Recognition = {
  isNamed: false,
  // A deployment that failed leaves the task set of before as old as it was.
  newestAt: ({ codeDeploy }: CodeDeployTarget) => codeDeploy.info.lastAttemptedDeployment?.createTime,
  listMade: (run, { codeDeploy }: CodeDeployTarget, _, since) => listMade(run, codeDeploy, since),
  isUnderWay,
};

/**
 * The deployments of a group that were requested since a time, except those that CodeDeploy made by itself.
 */
async function listMade({ world }: Run, by: ByCodeDeploy, since: number): Promise<readonly Made[]> {
  const codeDeploy = await world.aws.codeDeploy();
  const options = { signal: world.host.cancellation };
  const ids = await listDeployments(codeDeploy, by, { since: new Date(since) }, options);
  const read = ids.length > 0 ? await readDeployments(codeDeploy, ids, options) : new Map();
  return [...read.values()].flatMap(({ deploymentId: id, createTime, creator }) =>
    id && createTime && creator !== 'codeDeployRollback' ? [{ id, createdAt: createTime.getTime() }] : [],
  );
}

async function isUnderWay({ world }: Run, id: string): Promise<boolean> {
  const codeDeploy = await world.aws.codeDeploy();
  const read = await readDeployments(codeDeploy, [id], { signal: world.host.cancellation });
  return read.has(id) && !isOver(read.get(id)?.status);
}

/** What ECS has for itself by UpdateService, and its task definition by CreateDeployment. */
export const codeDeploySteps: DeploySteps = {
  recognition: codeDeployRecognition,

  async planSurely(run, given: CodeDeployTarget, wanted, settings) {
    const known = await readInAgreement(run, given);
    return planSurely(
      run,
      known,
      (target) => planByCodeDeploy(target, wanted, settings),
      readAgainInAgreement,
    );
  },

  async start(run, planned: Planned<CurrentTarget>, registration, settings) {
    return act(run, planned, registration, settings, await run.world.aws.codeDeploy());
  },

  follow: async (run, target: CodeDeployTarget, _, settings) =>
    wayOf(run, target.codeDeploy, await run.world.aws.codeDeploy(), settings.desiredCount),
};

/** @throws TOO_MANY_DEPLOYMENTS, DEPLOYMENT_FAILED, OUTCOME_UNKNOWN … */
async function act(
  run: Run,
  { target, plan }: Planned<CurrentTarget>,
  { arn: taskDefinition, taskDefinition: definition }: Registration,
  settings: Settings,
  codeDeploy: CodeDeploy,
): Promise<Started> {
  const { world } = run;
  const { log, cancellation: signal } = world.host;
  const by = target.codeDeploy;
  const primary = primaryTaskSet(target.service);
  const containers = (definition.containerDefinitions ?? []).flatMap((one) => one.name ?? []);
  const appSpec = appSpecFor(target.service, taskDefinition, containers, by.appSpec);
  const isForced = settings.forceNewDeployment === true && target.forced?.kind !== 'in-progress';
  const order: Order = { service: target.name, by, taskDefinition, appSpec, isForced };
  const ours = (deploymentId: string, createdAt = 0) =>
    oursOf(target, taskDefinition, deploymentId, createdAt, replacedBy(target.service, deploymentId));
  const follow = (found: DeploymentInfo) => {
    const name = shortTaskDefinition(taskDefinition);
    log.info(`${target.name}: deployment ${found.deploymentId} is already rolling out ${name}; following it`);
    return { ours: ours(found.deploymentId ?? '', found.createTime?.getTime()) };
  };
  const rolling = isForced ? undefined : underWay(target, taskDefinition, appSpec.sha256);
  // What has the traffic, by the deployment that made it; a first task set was made by none.
  const made = primary?.externalId?.startsWith('d-') ? primary.externalId : primary?.id;
  const live = () => oursOf(target, taskDefinition, made ?? '', 0, undefined);
  switch (plan.kind) {
    case 'unchanged':
      return { ours: live(), verdict: { kind: 'NOOP', reason: plan.reason, live: taskDefinition } };
    case 'failed-before':
      throw new LandfallError('DEPLOYMENT_FAILED', {
        summary: `${target.name}: ${plan.reason}`,
        remedy:
          'Fix the cause and deploy a changed task definition, roll back with rollback-service, or set `force-new-deployment` to retry the same one.',
        facts: { service: target.name, deploymentId: by.current.maker?.deploymentId },
      });
    case 'blocked':
      if (rolling) return follow(rolling);
      throw tooMany(order, by.current.busy ?? []);
    case 'adopt':
      if (rolling) return follow(rolling);
      log.info(`${target.name}: ${plan.reason}; following that`);
      return { ours: live(), count: settings.desiredCount };
    case 'create':
      throw new Error(`${target.name}: services of CodeDeploy are not created`);
    case 'update': {
      for (const warning of plan.warnings) log.warning(warning);
      await updateSettings(run, plan.request);
      if (rolling) return follow(rolling);
      if (!plan.startsDeployment) return { ours: live(), count: settings.desiredCount };
      const { id, how } = await startDeployment(order, { codeDeploy, clock: world.clock, signal });
      if (how === 'adopted')
        log.notice(`${target.name}: no response to CreateDeployment; found the deployment it created`);
      log.info(`${target.name}: ${consoleLink(world.aws.region, id)}`);
      return { ours: ours(id) };
    }
  }
}

function oursOf(
  target: Target,
  taskDefinition: string,
  deploymentId: string,
  createdAt: number,
  before: TaskSet | undefined,
): TrackedDeployment {
  const others = (target.service.taskSets ?? []).filter((one) => !isOfDeployment(one, deploymentId));
  return {
    cluster: target.cluster,
    service: target.name,
    serviceArn: target.service.serviceArn ?? '',
    deploymentId,
    taskDefinition,
    // Old events are known by their ids: CreateDeployment does not say when it made the deployment.
    createdAt,
    previous:
      before?.taskDefinition === undefined
        ? undefined
        : { deploymentId: before.id ?? '', taskDefinition: before.taskDefinition },
    earlier: others.flatMap(({ id }) => id ?? []),
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

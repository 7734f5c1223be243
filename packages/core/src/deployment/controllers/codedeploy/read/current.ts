import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service } from '@aws-sdk/client-ecs';
import type { ByCodeDeploy, Current } from '../../../../codedeploy/deployment-group.ts';
import type { EcsAccess } from '../../../../ecs/ecs-access.ts';
import { settleTime } from '../../../../ecs/eventual-consistency.ts';
import { primaryTaskSet } from '../../../../ecs/task-sets.ts';
import type { CodeDeploy } from '../../../../world/aws.ts';
import type { World } from '../../../../world/world.ts';
import { readAgain } from '../../../service/read-again.ts';
import type { ClaimedTarget } from '../../../service/read-service-targets.ts';
import { isOver, isUndone } from '../watch/codedeploy-watch.ts';
import { listDeployments, readDeployments } from './read-deployments.ts';

/** A service that CodeDeploy deploys, and how. */
export interface CodeDeployTarget extends ClaimedTarget {
  readonly codeDeploy: ByCodeDeploy;
}

/** The same, with what CodeDeploy does with it now, and did last. */
export interface CurrentTarget extends CodeDeployTarget {
  readonly codeDeploy: ByCodeDeploy & { readonly current: Current };
}

/** What CodeDeploy does with a service now, and what it did last. */
async function readCurrent(
  codeDeploy: CodeDeploy,
  { codeDeploy: by, service }: Pick<CodeDeployTarget, 'codeDeploy' | 'service'>,
  signal: AbortSignal,
): Promise<Current> {
  const activeIds = await listDeployments(codeDeploy, by, 'active', { signal });
  const lastId = by.info.lastAttemptedDeployment?.deploymentId;
  const makerId = makerOf(service);
  const read = new Map<string, DeploymentInfo>();
  const need = async (ids: readonly (string | undefined)[]) => {
    const missing = [...new Set(ids)].filter((id): id is string => id !== undefined && !read.has(id));
    if (missing.length === 0) return;
    for (const [id, info] of await readDeployments(codeDeploy, missing, { signal })) read.set(id, info);
  };
  await need([...activeIds, lastId, makerId]);
  const undoneBy = (id: string | undefined) =>
    read.get(id ?? '')?.rollbackInfo?.rollbackTriggeringDeploymentId;
  await need([...activeIds, lastId].map(undoneBy));
  const [activeId] = activeIds;
  const undone = undoneBy(activeId);
  const active = read.get(undone ?? activeId ?? '');
  return {
    active,
    isUndone: active !== undefined && undone !== undefined,
    // As the group tells it, where CodeDeploy does not answer for it yet.
    last: active ?? read.get(undoneBy(lastId) ?? lastId ?? '') ?? asInfo(by.info.lastAttemptedDeployment),
    busy: activeIds.flatMap((id) => read.get(id) ?? []),
    maker: read.get(makerId ?? ''),
    isBehind: isBehind({ last: by.info.lastAttemptedDeployment, activeIds, read, service }),
  };
}

const asInfo = (last: Reads['last']): DeploymentInfo | undefined =>
  last?.deploymentId === undefined
    ? undefined
    : { deploymentId: last.deploymentId, status: last.status, createTime: last.createTime };

/** A first task set was made by no deployment. */
const makerOf = (service: Service): string | undefined => {
  const externalId = primaryTaskSet(service)?.externalId;
  return externalId?.startsWith('d-') ? externalId : undefined;
};

/** What was read of a deployment group and of its service, by calls of which each may be behind. */
export interface Reads {
  /** As the group tells it. */
  readonly last: ByCodeDeploy['info']['lastAttemptedDeployment'];
  readonly activeIds: readonly string[];
  /** By id. */
  readonly read: ReadonlyMap<string, DeploymentInfo>;
  readonly service: Service;
}

/**
 * Whether one of these reads is behind another: to decide by such a mixture would make a deployment a second time, or
 * call live what is being rolled back.
 */
export function isBehind({ last, activeIds, read, service }: Reads): boolean {
  const makerId = makerOf(service);
  const isListed = (id: string) => activeIds.includes(id);
  const isOpen = (id: string) => !isOver(read.get(id)?.status);
  // One that the group or the list names, and CodeDeploy does not answer for, is opaque: it counts as open.
  if (activeIds.some((id) => !read.has(id) || !isOpen(id))) return true;
  if (makerId !== undefined && read.has(makerId) && isOpen(makerId) !== isListed(makerId)) return true;
  const lastId = last?.deploymentId;
  if (lastId === undefined) return false;
  const newest = read.get(lastId);
  if (newest === undefined || isOpen(lastId) !== isListed(lastId) || isOpen(lastId) === isOver(last?.status))
    return true;
  if (newest.status !== 'Succeeded' || isUndone(newest)) return false;
  const undone = newest.rollbackInfo?.rollbackTriggeringDeploymentId;
  return undone === undefined ? makerId !== lastId : makerId === undone;
}

/** The target with what CodeDeploy does with it now. */
export async function withCurrent(
  target: CodeDeployTarget,
  { aws, host }: Pick<World, 'aws' | 'host'>,
): Promise<CurrentTarget> {
  const by = target.codeDeploy;
  const current = await readCurrent(await aws.codeDeploy(), target, host.cancellation);
  return { ...target, codeDeploy: { ...by, current } };
}

/** The target, and what CodeDeploy does with it, as a later read shows them. */
export async function readAllAgain(
  run: EcsAccess,
  given: CodeDeployTarget,
  later?: number,
): Promise<CurrentTarget> {
  const target = await readAgain(run, given, later);
  const by = target.codeDeploy;
  const codeDeploy = await run.world.aws.codeDeploy();
  const { deploymentGroupInfo: info = by.info } = await codeDeploy.getDeploymentGroup(
    { applicationName: by.application, deploymentGroupName: by.group },
    { signal: run.world.host.cancellation },
  );
  return withCurrent({ ...target, codeDeploy: { ...by, info } }, run.world);
}

/** The target by reads that agree with each other; as it is shown, where they do not until eventual consistency is over. */
export async function readInAgreement(run: EcsAccess, given: CodeDeployTarget): Promise<CurrentTarget> {
  const { clock } = run.world;
  const until = clock.elapsed() + settleTime;
  let target = isCurrent(given) ? given : await withCurrent(given, run.world);
  while (target.codeDeploy.current.isBehind && clock.elapsed() < until)
    target = await readAllAgain(run, target);
  return target;
}

const isCurrent = (target: CodeDeployTarget): target is CurrentTarget =>
  target.codeDeploy.current !== undefined;

/** The same, later. */
export const readAgainInAgreement = async (
  run: EcsAccess,
  target: CodeDeployTarget,
): Promise<CurrentTarget> => readInAgreement(run, await readAllAgain(run, target));

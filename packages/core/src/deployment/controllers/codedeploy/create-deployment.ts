import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { ByCodeDeploy } from '../../../codedeploy/deployment-group.ts';
import { clockTolerance, settleTime } from '../../../ecs/eventual-consistency.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import { troubleOf } from '../../../reading/trouble.ts';
import type { CodeDeploy } from '../../../world/aws.ts';
import type { Clock } from '../../../world/clock.ts';
import type { AppSpec } from './app-spec.ts';
import { busySentence, listDeployments, readDeployments, rollsOut } from './read/read-deployments.ts';

export interface Order {
  readonly service: string;
  readonly by: ByCodeDeploy;
  readonly taskDefinition: string;
  readonly appSpec: AppSpec;
  /** Someone else's deployment of the same task definition is not the requested one. */
  readonly isForced: boolean;
}

export interface Started {
  readonly id: string;
  readonly how: 'answered' | 'adopted';
}

interface Parts {
  readonly codeDeploy: CodeDeploy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const longestDescription = 512;

/** The active deployments of the group. */
async function findActive({ by }: Order, { codeDeploy, signal }: Parts): Promise<readonly DeploymentInfo[]> {
  const ids = await listDeployments(codeDeploy, by, 'active', { signal });
  return ids.length === 0 ? [] : [...(await readDeployments(codeDeploy, ids, { signal })).values()];
}

/** The same task definition, and no rollback to it: a run that is to deploy exactly that follows it. */
const isSame = (order: Order) => (one: DeploymentInfo) =>
  one.creator !== 'codeDeployRollback' && rollsOut(one, order.taskDefinition, order.appSpec.sha256);

export function tooMany(
  { service, by }: Pick<Order, 'service' | 'by'>,
  active: readonly DeploymentInfo[],
  cause?: unknown,
): LandfallError {
  return new LandfallError('TOO_MANY_DEPLOYMENTS', {
    summary: `${service}: ${busySentence(by.group, active)}`,
    remedy: 'Wait for that deployment to end, or stop it; CodeDeploy runs one at a time.',
    facts: { application: by.application, group: by.group, active: active.map((one) => one.deploymentId) },
    cause,
  });
}

/**
 * Exactly one CreateDeployment. It has no idempotency token: when its answer is lost, the group is read until
 * the deployment shows or the time of eventual consistency has passed; only then is the same request sent
 * again.
 * @throws TOO_MANY_DEPLOYMENTS, OUTCOME_UNKNOWN
 */
export async function startDeployment(order: Order, parts: Parts): Promise<Started> {
  const { codeDeploy, clock, signal } = parts;
  const since = new Date(clock.now() - clockTolerance);
  // Those that were there before, so that a lost answer is not resolved to someone else's earlier deployment.
  const before = new Set(await listDeployments(codeDeploy, order.by, { since }, { signal }));
  const request = {
    applicationName: order.by.application,
    deploymentGroupName: order.by.group,
    revision: { revisionType: 'AppSpecContent' as const, appSpecContent: { ...order.appSpec } },
    description: describe(order),
    ...(order.by.configuration !== undefined && { deploymentConfigName: order.by.configuration }),
  };
  for (const last of [false, true]) {
    try {
      const { deploymentId: id = '' } = await codeDeploy.createDeployment(request, { signal });
      return { id, how: 'answered' };
    } catch (error) {
      if (isLandfallError(error, 'TOO_MANY_DEPLOYMENTS')) {
        const active = await findActive(order, parts);
        const same = order.isForced && !last ? undefined : active.find(isSame(order));
        if (same?.deploymentId) return { id: same.deploymentId, how: 'adopted' };
        throw tooMany(order, active, error);
      }
      if (!isLandfallError(error) || error.applied !== 'unknown') throw error;
      const adopted = await readBack(order, { before, since }, parts);
      if (adopted !== undefined) return { id: adopted, how: 'adopted' };
      if (last || signal.aborted) {
        throw new LandfallError('OUTCOME_UNKNOWN', {
          summary: `no response to CreateDeployment for ${order.service}, and deployment group ${order.by.group} does not show whether it took effect`,
          cause: error,
        });
      }
    }
  }
  throw new Error('unreachable');
}

function describe({ by, taskDefinition }: Order): string {
  const text = by.description ?? `${shortTaskDefinition(taskDefinition)}, by Landfall`;
  return text.length > longestDescription ? `${text.slice(0, longestDescription - 1)}…` : text;
}

async function readBack(
  order: Order,
  { before, since }: { before: ReadonlySet<string>; since: Date },
  { codeDeploy, clock, signal }: Parts,
): Promise<string | undefined> {
  const until = clock.elapsed() + settleTime;
  while (!signal.aborted) {
    try {
      const ids = await listDeployments(codeDeploy, order.by, { since }, { signal });
      const news = ids.filter((id) => !before.has(id));
      const read = news.length > 0 ? await readDeployments(codeDeploy, news, { signal }) : new Map();
      for (const [id, info] of read) if (isSame(order)(info)) return id;
    } catch (error) {
      // The network that lost the answer may lose this one too; the loop has its own end.
      if (troubleOf(error) === 'final') throw error;
    }
    if (clock.elapsed() >= until) return undefined;
    await clock.sleep(2000, signal);
  }
  return undefined;
}

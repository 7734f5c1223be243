import type { Service, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { World } from '../world/world.ts';
import { readServices } from './reader.ts';
import { primaryOf } from './rollout.ts';

/** The service to deploy to, as it is before anything is written. */
export interface Target {
  readonly cluster: string;
  readonly service: Service;
  readonly name: string;
  /** What the PRIMARY deployment runs. */
  readonly taskDefinition?:
    | { readonly taskDefinition: TaskDefinition; readonly tags: readonly Tag[] }
    | undefined;
}

/** `arn:…:service/cluster/web` and `arn:…:service/web` → `web`. */
export const serviceName = (nameOrArn: string) => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);

/**
 * Reads the service and refuses what cannot be deployed to, before anything is registered.
 * @throws NOT_FOUND, SERVICE_NOT_ACTIVE, CONTROLLER_UNSUPPORTED, ACCOUNT_MISMATCH
 */
export async function readTarget(
  wanted: { cluster: string; service: string; allowedAccountIds?: readonly string[] | undefined },
  world: World,
): Promise<Target> {
  const { cluster } = wanted;
  const name = serviceName(wanted.service);
  const signal = world.host.cancellation;
  const ecs = await world.aws.ecs();
  if (wanted.allowedAccountIds) await checkAccount(wanted.allowedAccountIds, world);
  const service = await readServices(ecs, cluster, [name], { signal }).then(
    (services) => services.get(name),
    async (error) => {
      throw isLandfallError(error, 'NOT_FOUND')
        ? await notFound(`cluster ${cluster} was not found`, world, error)
        : error;
    },
  );
  if (service === undefined || service === 'missing')
    throw await notFound(`service ${name} was not found in cluster ${cluster}`, world);
  if (service.status !== 'ACTIVE') {
    throw new LandfallError('SERVICE_NOT_ACTIVE', {
      summary: `service ${name} in cluster ${cluster} is ${service.status ?? 'in an unknown state'}, so nothing can be deployed to it`,
      facts: { cluster, service: name, status: service.status },
    });
  }
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    throw new LandfallError('CONTROLLER_UNSUPPORTED', {
      summary: `service ${name} is deployed by the ${controller} controller, which this version does not drive`,
      facts: { cluster, service: name, controller },
    });
  }
  const running = primaryOf(service)?.taskDefinition ?? service.taskDefinition;
  if (!running) return { cluster, service, name };
  const { taskDefinition, tags = [] } = await ecs.describeTaskDefinition(
    { taskDefinition: running, include: ['TAGS'] },
    { signal },
  );
  return { cluster, service, name, taskDefinition: taskDefinition && { taskDefinition, tags } };
}

async function checkAccount(allowed: readonly string[], world: World): Promise<void> {
  const sts = await world.aws.sts();
  const { Account: account } = await sts.getCallerIdentity({}, { signal: world.host.cancellation });
  if (account !== undefined && allowed.includes(account)) return;
  throw new LandfallError('ACCOUNT_MISMATCH', {
    summary: `the credentials belong to account ${account ?? 'unknown'}, which is not one of ${allowed.join(', ')}`,
    facts: { account, allowed },
  });
}

async function notFound(what: string, world: World, cause?: unknown): Promise<LandfallError> {
  const account = await accountOrUnknown(world);
  return new LandfallError('NOT_FOUND', {
    summary: `${what} (region ${world.aws.region}, account ${account})`,
    remedy: 'Check the names (cluster and service may be swapped), the region and the account.',
    facts: { region: world.aws.region, account },
    cause,
  });
}

/** Only to say more in an error: a caller who may not ask gets the error without it. */
async function accountOrUnknown(world: World): Promise<string> {
  try {
    const sts = await world.aws.sts();
    return (await sts.getCallerIdentity({}, { signal: world.host.cancellation })).Account ?? 'unknown';
  } catch (error) {
    world.host.log.debug(
      `the account could not be learned: ${isLandfallError(error) ? error.summary : 'unexpected error'}`,
    );
    return 'unknown';
  }
}

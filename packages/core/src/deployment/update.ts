import type { Deployment, Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import { readServices } from './reader.ts';
import { primaryOf } from './rollout.ts';
import { grace } from './watch.ts';

export interface Updated {
  readonly service: Service;
  /** The PRIMARY deployment after the update. */
  readonly primary: Deployment;
  /** False when ECS started no new deployment: nothing that starts one had changed. */
  readonly isNew: boolean;
  readonly how: 'answered' | 'adopted';
}

export interface Update {
  readonly request: UpdateServiceRequest;
  readonly cluster: string;
  readonly serviceName: string;
  readonly before: Deployment | undefined;
}

/**
 * Exactly one UpdateService. It has no idempotency token: when its answer is lost, the service is read until the
 * deployment shows or the time of eventual consistency has passed; only then is the same request sent once more.
 */
export async function updateService(
  update: Update,
  world: { ecs: Ecs; clock: Clock; signal: AbortSignal },
): Promise<Updated> {
  for (const last of [false, true]) {
    try {
      const { service } = await world.ecs.updateService(update.request, { signal: world.signal });
      const primary = primaryOf(service);
      if (service && primary?.id && isAsked(update, primary)) {
        return { service, primary, isNew: primary.id !== update.before?.id, how: 'answered' };
      }
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `ecs:UpdateService answered for ${update.serviceName} without a PRIMARY deployment of what was asked for`,
        facts: { operation: 'ecs:UpdateService' },
        applied: 'unknown',
      });
    } catch (error) {
      if (!isLandfallError(error) || error.applied !== 'unknown') throw explain(error, update);
      const adopted = await readBack(update, world);
      if (adopted) return adopted;
      if (last || world.signal.aborted) {
        throw new LandfallError('OUTCOME_UNKNOWN', {
          summary: `the answer to updating ${update.serviceName} was lost and the service does not show whether it took effect`,
          cause: error,
        });
      }
    }
  }
  throw new Error('unreachable');
}

/** The PRIMARY deployment runs what was asked for: an answer from before, or amid a rollback, does not show ours. */
const isAsked = ({ request, before }: Update, primary: Deployment) =>
  primary.taskDefinition === (request.taskDefinition ?? before?.taskDefinition);

async function readBack(
  update: Update,
  world: { ecs: Ecs; clock: Clock; signal: AbortSignal },
): Promise<Updated | undefined> {
  const until = world.clock.elapsed() + grace;
  while (!world.signal.aborted) {
    const service = await tryRead(update, world);
    const primary = primaryOf(service);
    const takesEffect = primary !== undefined && primary.id !== update.before?.id && isAsked(update, primary);
    if (service && primary?.id && takesEffect) return { service, primary, isNew: true, how: 'adopted' };
    if (world.clock.elapsed() >= until) return undefined;
    await world.clock.sleep(2000, world.signal);
  }
  return undefined;
}

async function tryRead(
  update: Update,
  world: { ecs: Ecs; signal: AbortSignal },
): Promise<Service | undefined> {
  try {
    const services = await readServices(world.ecs, update.cluster, [update.serviceName], {
      signal: world.signal,
    });
    const service = services.get(update.serviceName);
    return service === 'missing' ? undefined : service;
  } catch (error) {
    // The network that lost the answer may lose this one too; the loop has its own end.
    if (
      isLandfallError(error, 'ENDPOINT_UNREACHABLE') ||
      isLandfallError(error, 'RESPONSE_INVALID') ||
      isLandfallError(error, 'THROTTLED')
    )
      return undefined;
    throw error;
  }
}

/** ECS's own refusals that deserve a name. */
function explain(error: unknown, update: Update): unknown {
  if (!isLandfallError(error)) return error;
  if (/\b5 active deployments?\b|active deployments exist|deployments? limit/i.test(error.message)) {
    return new LandfallError('TOO_MANY_DEPLOYMENTS', {
      summary: `${update.serviceName} already has as many active deployments as ECS allows: ${error.message}`,
      cause: error,
    });
  }
  return error;
}

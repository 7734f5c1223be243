import type { Deployment, Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import { readServices } from './reader.ts';
import { primaryOf } from './rollout.ts';
import { sendOnce, unlessPassing } from './send-once.ts';

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

type Made = Omit<Updated, 'how'>;

/** Exactly one UpdateService, which has no idempotency token. */
export async function updateService(
  update: Update,
  world: { ecs: Ecs; clock: Clock; signal: AbortSignal },
): Promise<Updated> {
  const { made, how } = await sendOnce<Made>(
    {
      name: `updating ${update.serviceName}`,
      send: () => send(update, world),
      find: () => find(update, world),
      explain: (error) => explain(error, update.serviceName),
    },
    world,
  );
  return { ...made, how };
}

async function send(update: Update, world: { ecs: Ecs; signal: AbortSignal }): Promise<Made> {
  const { service } = await world.ecs.updateService(update.request, { signal: world.signal });
  const primary = primaryOf(service);
  if (service && primary?.id && isAsked(update, primary))
    return { service, primary, isNew: primary.id !== update.before?.id };
  throw new LandfallError('RESPONSE_INVALID', {
    summary: `ecs:UpdateService answered for ${update.serviceName} without a PRIMARY deployment of what was asked for`,
    facts: { operation: 'ecs:UpdateService' },
    applied: 'unknown',
  });
}

/** The PRIMARY deployment runs what was asked for: an answer from before, or amid a rollback, does not show ours. */
const isAsked = ({ request, before }: Update, primary: Deployment) =>
  primary.taskDefinition === (request.taskDefinition ?? before?.taskDefinition);

async function find(update: Update, world: { ecs: Ecs; signal: AbortSignal }): Promise<Made | undefined> {
  const service = await tryRead(update, world);
  const primary = primaryOf(service);
  const takesEffect = primary !== undefined && primary.id !== update.before?.id && isAsked(update, primary);
  return service && primary?.id && takesEffect ? { service, primary, isNew: true } : undefined;
}

/** The service as it is; undefined where ECS does not know it, or cannot be read for a passing reason. */
export const tryRead = (
  { cluster, serviceName }: { readonly cluster: string; readonly serviceName: string },
  { ecs, signal }: { ecs: Ecs; signal: AbortSignal },
): Promise<Service | undefined> =>
  unlessPassing(async () => {
    const service = (await readServices(ecs, cluster, [serviceName], { signal })).get(serviceName);
    return service === 'missing' ? undefined : service;
  });

/** ECS's own refusals that deserve a name. */
export function explain(error: unknown, serviceName: string): unknown {
  if (!isLandfallError(error)) return error;
  if (/\b5 active deployments?\b|active deployments exist|deployments? limit/i.test(error.message)) {
    return new LandfallError('TOO_MANY_DEPLOYMENTS', {
      summary: `${serviceName} already has as many active deployments as ECS allows: ${error.message}`,
      cause: error,
    });
  }
  return error;
}

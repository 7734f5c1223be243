import type { Deployment, Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { digitsOf, primaryOf } from '../../../ecs/deployments.ts';
import { absenceTime } from '../../../ecs/eventual-consistency.ts';
import { listServiceDeployments } from '../../../ecs/newest-deployment.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { sendOnce, unlessPassing, within } from '../../../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import { isDenied } from '../../../reading/trouble.ts';
import type { Ecs } from '../../../world/aws.ts';
import type { Clock } from '../../../world/clock.ts';
import { hasSettings } from '../../plan/service-changes.ts';
import { tryRead } from '../../service/read-again.ts';

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
  /** Another task definition, or by force. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
  readonly startsDeployment: boolean;
  readonly cluster: string;
  readonly serviceName: string;
  /** The deployments that the service had before: ours has another id. */
  readonly before: readonly Deployment[];
}

type Made = Omit<Updated, 'how'>;
type Writing = { readonly ecs: Ecs; readonly clock: Clock; readonly signal: AbortSignal };

/**
 * Exactly one UpdateService, which has no idempotency token. An update that starts a deployment is not known
 * to have made it before a deployment of what was requested shows under an id that was not there before.
 */
export async function updateService(update: Update, world: Writing): Promise<Updated> {
  const lost = `no response to UpdateService for ${update.serviceName}`;
  const { made, how } = await sendOnce<Made>(
    {
      name: `updating ${update.serviceName}`,
      send: () => send(update, world),
      find: () => findOwn(update, world, lost),
      explain: (error) => explain(error, update.serviceName),
    },
    world,
  );
  return { ...made, how };
}

async function send(update: Update, world: Writing): Promise<Made> {
  const { serviceName, startsDeployment } = update;
  const { service } = await world.ecs.updateService(update.request, { signal: world.signal });
  const made = service && shownIn(service, update);
  if (made && (made.isNew || !startsDeployment)) return made;
  if (!primaryOf(service)?.id)
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `ecs:UpdateService returned ${serviceName} without a PRIMARY deployment that matches the request`,
      facts: { operation: 'ecs:UpdateService' },
      applied: 'unknown',
    });
  // ECS has accepted it: what it made shows later. Sent again, it would make another one.
  const hidden = `the response to UpdateService for ${serviceName} does not show what it created`;
  const found = await within(world.clock, world.signal, () => findOwn(update, world, hidden), absenceTime);
  if (found) return found;
  const now = await tryRead(update, world);
  // A rollback may have set it back to what was requested meanwhile: then ECS has nothing to deploy.
  const primary = primaryOf(now);
  const isSet =
    !update.request.forceNewDeployment && primary?.taskDefinition === update.request.taskDefinition;
  if (now && primary?.id && isSet) return { service: now, primary, isNew: false };
  throw neverShown(update, now);
}

/** What the update created, where a response shows it: PRIMARY, or superseded since by someone else's. */
function shownIn(service: Service, { request, startsDeployment, before }: Update): Made | undefined {
  const primary = primaryOf(service);
  if (primary?.id === undefined) return undefined;
  const wanted = request.taskDefinition ?? before.find(({ status }) => status === 'PRIMARY')?.taskDefinition;
  const isNew = isNewTo(before);
  // An answer from before, or amid a rollback, does not show ours.
  const made = [primary, ...(service.deployments ?? [])].find(
    (one) => isNew(one) && one.taskDefinition === wanted,
  );
  if (made) return { service, primary: made, isNew: true };
  if (startsDeployment || !hasSettings(service, request)) return undefined;
  // ECS may be rolling back what was PRIMARY: the settings are set anyway.
  const was = before.find(({ status }) => status === 'PRIMARY')?.id;
  const standing = [primary, ...(service.deployments ?? []).filter(({ id }) => id === was)].find(
    (one) => one.taskDefinition === wanted,
  );
  return standing && { service, primary: standing, isNew: false };
}

/** Not in the list before, and made after all that was: an answer that is behind may show one of long ago. */
function isNewTo(before: readonly Deployment[]): (one: Deployment) => boolean {
  const time = ({ createdAt }: Deployment) => createdAt?.getTime() ?? 0;
  return (one) => before.every((earlier) => earlier.id !== one.id && time(earlier) <= time(one));
}

function neverShown({ serviceName, before }: Update, service: Service | undefined): LandfallError {
  const primary = primaryOf(service);
  const facts = { operation: 'ecs:UpdateService', service: serviceName };
  if (primary && isNewTo(before)(primary)) {
    return new LandfallError('SUPERSEDED', {
      summary: `deployment ${primary.id} of ${shortTaskDefinition(primary.taskDefinition)} superseded the deployment that the update of ${serviceName} created, before that became visible`,
      facts: { ...facts, deploymentId: primary.id },
    });
  }
  return new LandfallError('OUTCOME_UNKNOWN', {
    summary: `ECS has accepted the update of ${serviceName}, but has not shown the result for ${absenceTime / 1000} s`,
    facts,
  });
}

async function find(update: Update, world: Writing): Promise<Made | undefined> {
  const service = await tryRead(update, world);
  const made = service && shownIn(service, update);
  return made && (made.isNew || !update.startsDeployment) ? made : undefined;
}

/**
 * What the update made, where no answer shows it. Of several new deployments, because of someone
 * else's write alongside this one, it is not known which this one created.
 * @param why completes "…, and nothing shows which of the deployments is its own"
 * @throws OUTCOME_UNKNOWN
 */
async function findOwn(update: Update, world: Writing, why: string): Promise<Made | undefined> {
  const made = await find(update, world);
  if (!made?.isNew) return made;
  const { cluster, serviceName, before } = update;
  const since = Math.max(0, ...before.map(({ createdAt }) => createdAt?.getTime() ?? 0));
  const all = await unlessPassing(() =>
    listServiceDeployments(world.ecs, { cluster, name: serviceName }, world.signal, new Date(since)),
  ).catch((error) => {
    if (isDenied(error)) return undefined;
    throw error;
  });
  const known = new Set(before.map(({ id = '' }) => digitsOf(id)));
  const others = (all ?? [])
    .filter(({ createdAt }) => createdAt !== undefined && createdAt.getTime() > since)
    .map(({ targetServiceRevisionArn = '' }) => digitsOf(targetServiceRevisionArn))
    .filter((digits) => !known.has(digits) && digits !== digitsOf(made.primary.id ?? ''));
  if (others.length === 0) return made;
  const ids = [...others.map((digits) => `ecs-svc/${digits}`), made.primary.id];
  throw new LandfallError('OUTCOME_UNKNOWN', {
    summary: `${why}, and nothing shows which of the deployments created since (${ids.join(', ')}) is its own`,
    facts: { operation: 'ecs:UpdateService', service: serviceName },
  });
}

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

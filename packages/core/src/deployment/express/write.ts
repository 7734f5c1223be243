import type { Deployment, ExpressGatewayServiceConfiguration } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../account/arn.ts';
import { deploymentOf, digitsOf } from '../../ecs/deployments.ts';
import { sendOnce, unlessPassing, within } from '../../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import type { Ecs } from '../../world/aws.ts';
import type { Clock } from '../../world/clock.ts';
import { explain, type Updated } from '../controllers/ecs/update-service.ts';
import { tryRead } from '../service/read-again.ts';
import { isExpress } from '../service/read-service-targets.ts';
import { type CreateRequest, differences, settingsOf, type UpdateRequest } from './settings.ts';

export interface Place {
  readonly cluster: string;
  readonly serviceName: string;
}
/** With the digits of all deployments that were there before the write. */
interface Known extends Place {
  readonly known: ReadonlySet<string>;
}
export interface Writing {
  readonly ecs: Ecs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What a write made: our deployment, what it is set to, and the service as it then was. */
export interface Written extends Updated {
  readonly configuration: ExpressGatewayServiceConfiguration;
}

/** Exactly one CreateExpressGatewayService; a service of this name with these settings is ours when the answer is lost. */
export async function createExpress(request: CreateRequest, place: Place, world: Writing): Promise<Written> {
  const { made, how } = await sendOnce(
    {
      name: `creating ${place.serviceName}`,
      send: async () => {
        try {
          const { service } = await world.ecs.createExpressGatewayService(request, { signal: world.signal });
          return newest(service?.activeConfigurations);
        } catch (error) {
          // The name is taken: by an earlier run, perhaps, whose service did not show when it was looked for.
          if (!isLandfallError(error, 'REQUEST_REFUSED') || !/idempotent|already exist/i.test(error.message))
            throw error;
          const made = await within(world.clock, world.signal, () =>
            findSet(request, { ...place, known: new Set() }, world),
          );
          if (made === undefined) throw error;
          return made;
        }
      },
      find: () => findSet(request, { ...place, known: new Set() }, world),
      explain: (error) => explainRoles(error, request.infrastructureRoleArn),
    },
    world,
  );
  return shown(made, { ...place, known: new Set() }, world, how);
}

/** Exactly one UpdateExpressGatewayService: it has no token, and sent twice it makes two deployments. */
export async function updateExpress(
  request: UpdateRequest,
  place: Known & { readonly infrastructureRoleArn: string | undefined },
  world: Writing,
): Promise<Written> {
  const { made, how } = await sendOnce(
    {
      name: `updating ${place.serviceName}`,
      send: async () => {
        const { service } = await world.ecs.updateExpressGatewayService(request, { signal: world.signal });
        return service?.targetConfiguration;
      },
      find: () => findSet(request, place, world),
      explain: (error) => explainRoles(explain(error, place.serviceName), place.infrastructureRoleArn),
    },
    world,
  );
  return shown(made, place, world, how);
}

/**
 * What is new since the write, and set to what was sent. A deployment from before may be set to the same.
 * @throws OUTCOME_UNKNOWN where there are several: someone else has sent the same
 */
const findSet = (request: CreateRequest | UpdateRequest, place: Known, world: Writing) =>
  unlessPassing(async () => {
    const service = await tryRead(place, world);
    if (!isExpress(service) || service?.status !== 'ACTIVE') return undefined;
    const { service: express } = await world.ecs.describeExpressGatewayService(
      { serviceArn: service?.serviceArn },
      { signal: world.signal },
    );
    const made = (express?.activeConfigurations ?? []).filter((one) => {
      const set = settingsOf(one);
      const isNew = !place.known.has(digitsOf(one.serviceRevisionArn ?? ''));
      return isNew && differences(set, { ...set, ...withoutDefaults(request, set) }).length === 0;
    });
    if (made.length <= 1) return made[0];
    const ids = made.map((one) => `ecs-svc/${digitsOf(one.serviceRevisionArn ?? '')}`);
    throw new LandfallError('OUTCOME_UNKNOWN', {
      summary: `no response to UpdateService for ${place.serviceName}, and nothing shows which of the deployments created since (${ids.join(', ')}) is its own`,
      facts: { operation: 'ecs:UpdateExpressGatewayService', service: place.serviceName },
    });
  });

/** A new service has more in each group than was sent: what Express Mode chose by itself. */
function withoutDefaults(request: CreateRequest | UpdateRequest, set: ReturnType<typeof settingsOf>) {
  const sent = settingsOf(request as ExpressGatewayServiceConfiguration);
  return {
    ...sent,
    ...(sent.primaryContainer && {
      primaryContainer: { ...set.primaryContainer, ...sent.primaryContainer },
    }),
    ...(sent.scalingTarget && { scalingTarget: { ...set.scalingTarget, ...sent.scalingTarget } }),
    ...(sent.networkConfiguration && {
      networkConfiguration: { ...set.networkConfiguration, ...sent.networkConfiguration },
    }),
  };
}

/**
 * The answer names the revision; the service shows its deployment a little later, and then shows what is to
 * be known of it.
 */
async function shown(
  made: ExpressGatewayServiceConfiguration | undefined,
  place: Known,
  world: Writing,
  how: Written['how'],
): Promise<Written> {
  const revision = made?.serviceRevisionArn;
  if (!made || revision === undefined) {
    throw new LandfallError('OUTCOME_UNKNOWN', {
      summary: `ECS has accepted the deployment of ${place.serviceName} without naming its service revision`,
      facts: { service: place.serviceName },
    });
  }
  const id = `ecs-svc/${digitsOf(revision)}`;
  const service = await within(world.clock, world.signal, async () => {
    const read = await tryRead(place, world);
    return deploymentOf(read, id) && read;
  }).catch((error) => {
    // What was requested is done, whatever comes of reading: the one who follows it says so.
    if (world.signal.aborted) return undefined;
    throw error;
  });
  const { cluster, serviceName } = place;
  const [arn] = revision.split(':service-revision/');
  const told: Deployment = { id, taskDefinition: made.taskDefinitionArn, createdAt: made.createdAt };
  return {
    service: service ?? {
      serviceName,
      serviceArn: `${arn}:service/${nameInArn(cluster)}/${serviceName}`,
    },
    primary: deploymentOf(service, id) ?? told,
    isNew: !place.known.has(digitsOf(id)),
    how,
    configuration: made,
  };
}

const newest = (all: readonly ExpressGatewayServiceConfiguration[] = []) =>
  [...all].sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))[0];

/** The infrastructure role is passed to ECS itself, the others to its tasks. */
function explainRoles(error: unknown, infrastructureRole: string | undefined): unknown {
  if (!isLandfallError(error, 'ROLE_NOT_PASSABLE') || error.facts.resource !== infrastructureRole)
    return error;
  return new LandfallError('ROLE_NOT_PASSABLE', {
    summary: error.summary,
    remedy: 'Allow iam:PassRole on the role named, for ecs.amazonaws.com.',
    facts: error.facts,
    cause: error,
  });
}

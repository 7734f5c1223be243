import type {
  Deployment,
  ECSExpressGatewayService,
  ExpressGatewayServiceConfiguration,
  Service,
} from '@aws-sdk/client-ecs';
import { digitsOf, primaryOf } from '../../ecs/deployments.ts';
import { within } from '../../ecs/write-once.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { Ecs } from '../../world/aws.ts';
import type { Clock } from '../../world/clock.ts';

/** An Express service as it is: with the configuration of its PRIMARY deployment, which is the one to compare with. */
export interface LiveExpress {
  readonly express: ECSExpressGatewayService;
  readonly configuration: ExpressGatewayServiceConfiguration;
}

/** Of several active configurations the one of a deployment: ECS gives them in no order that it documents. */
export const configurationOf = (
  express: ECSExpressGatewayService | undefined,
  deployment: Deployment | undefined,
): ExpressGatewayServiceConfiguration | undefined =>
  deployment?.id === undefined
    ? undefined
    : express?.activeConfigurations?.find(
        ({ serviceRevisionArn: arn }) => arn !== undefined && digitsOf(arn) === digitsOf(deployment.id!),
      );

/** The service is read behind: Express Mode has a configuration newer than any that its deployments run. */
export function isBehind(service: Service, express: ECSExpressGatewayService): boolean {
  const shown = new Set(service.deployments?.map(({ id }) => digitsOf(id ?? '')));
  const time = (one: ExpressGatewayServiceConfiguration | undefined) => one?.createdAt?.getTime() ?? 0;
  const primary = time(configurationOf(express, primaryOf(service)));
  return (express.activeConfigurations ?? []).some(
    (one) => time(one) > primary && !shown.has(digitsOf(one.serviceRevisionArn ?? '')),
  );
}

/** @throws RESPONSE_INVALID when ECS does not show what the PRIMARY deployment is set to */
export async function readExpress(
  service: Service,
  world: { readonly ecs: Ecs; readonly clock: Clock; readonly signal: AbortSignal },
  withTags: boolean,
): Promise<LiveExpress> {
  const { serviceArn, serviceName } = service;
  const found = await within(world.clock, world.signal, async () => {
    const { service: express } = await world.ecs.describeExpressGatewayService(
      { serviceArn, ...(withTags && { include: ['TAGS'] }) },
      { signal: world.signal },
    );
    const configuration = configurationOf(express, primaryOf(service));
    return express && configuration && { express, configuration };
  });
  if (found) return found;
  throw new LandfallError('RESPONSE_INVALID', {
    summary: `ecs:DescribeExpressGatewayService does not show the settings of deployment ${primaryOf(service)?.id} of ${serviceName}`,
    remedy:
      'Run the step again; if this persists, deploy a task definition to the service with deploy-service.',
    facts: { operation: 'ecs:DescribeExpressGatewayService', service: serviceArn },
  });
}

/** Where the service answers; a public address before a private one. */
export const endpointOf = (configuration: ExpressGatewayServiceConfiguration | undefined) => {
  const paths = configuration?.ingressPaths ?? [];
  return (paths.find(({ accessType }) => accessType === 'PUBLIC') ?? paths[0])?.endpoint;
};

/** ECS shows a host name; one that comes as an address stays one. */
export const urlOf = (endpoint: string) => (/^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`);

import type { Service, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../account/arn.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import { serviceMissingRemedy } from '../../errors/service-missing.ts';
import type { World } from '../../world/world.ts';

/** A task definition as ECS has it, with its tags, before anything is dropped. */
interface LiveTaskDefinition {
  /** `web:7`. */
  readonly name: string;
  readonly arn: string;
  readonly document: TaskDefinition & { readonly tags?: readonly Tag[] };
}

/** @param name family (its latest ACTIVE revision), family:revision or ARN */
export async function loadRegistered(name: string, world: World): Promise<LiveTaskDefinition> {
  const ecs = await world.aws.ecs();
  const { taskDefinition, tags } = await ecs.describeTaskDefinition(
    { taskDefinition: name, include: ['TAGS'] },
    { signal: world.host.cancellation },
  );
  if (!taskDefinition?.taskDefinitionArn) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `ecs:DescribeTaskDefinition returned no task definition for ${name}`,
      facts: { operation: 'ecs:DescribeTaskDefinition', taskDefinition: name },
    });
  }
  const arn = taskDefinition.taskDefinitionArn;
  const document = { ...taskDefinition, ...(tags && tags.length > 0 && { tags }) };
  return { name: nameInArn(arn), arn, document };
}

/**
 * What a service runs now, whatever its deployment controller: the primary deployment's or task set's.
 * @throws NOT_FOUND, SERVICE_NOT_ACTIVE
 */
export async function loadFromService(
  { cluster, service }: { cluster: string; service: string },
  world: World,
): Promise<LiveTaskDefinition & { readonly service: Service }> {
  const ecs = await world.aws.ecs();
  const { services = [] } = await ecs.describeServices(
    { cluster, services: [service] },
    { signal: world.host.cancellation },
  );
  const found = services[0];
  if (!found) {
    throw new LandfallError('NOT_FOUND', {
      summary: `service ${service} was not found in cluster ${cluster} (region ${world.aws.region})`,
      remedy: serviceMissingRemedy,
      facts: { cluster, service, region: world.aws.region },
    });
  }
  if (found.status !== 'ACTIVE') {
    throw new LandfallError('SERVICE_NOT_ACTIVE', {
      summary: `service ${service} in cluster ${cluster} is ${found.status ?? 'in an unknown state'}, so it runs no task definition`,
      facts: { cluster, service, status: found.status },
    });
  }
  const primary = [...(found.deployments ?? []), ...(found.taskSets ?? [])].find(
    ({ status }) => status === 'PRIMARY',
  );
  const running = primary?.taskDefinition ?? found.taskDefinition;
  if (!running) {
    throw new LandfallError('NOT_FOUND', {
      summary: `service ${service} in cluster ${cluster} has no task definition yet`,
      facts: { cluster, service },
    });
  }
  return { ...(await loadRegistered(running, world)), service: found };
}

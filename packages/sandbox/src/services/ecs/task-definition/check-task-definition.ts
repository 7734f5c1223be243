import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { client } from '../model/faults.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkFargate } from './check-fargate.ts';
import { checkLimits } from './check-limits.ts';

const MOST_BYTES = 65_536;
const MOST_CONTAINERS = 10;

/** Refuses what ECS refuses, with ECS's words, and fills in what ECS fills in. Everything else is kept as it came. */
export function checkTaskDefinition(request: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const content = contentOf(request);
  if (typeof content.family !== 'string' || content.family.trim() === '') {
    throw client('Family should not be null or blank.');
  }
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(content.family)) throw client('Family contains invalid characters.');
  const containers = content.containerDefinitions ?? [];
  if (!Array.isArray(containers) || containers.length === 0) throw client('Container list cannot be empty.');
  if (containers.length > MOST_CONTAINERS) {
    throw client(`Number of containers must not be more than ${MOST_CONTAINERS}.`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(content));
  if (bytes > MOST_BYTES)
    throw client(`Actual length: '${bytes}'. Max allowed length is '${MOST_BYTES}' bytes.`);

  const names = new Set<string>();
  for (const container of containers) {
    checkContainer(content, container);
    if (names.has(container.name!)) throw client(`Container name: ${container.name} is not unique.`);
    names.add(container.name!);
  }
  if (!containers.some((container) => container.essential ?? true)) {
    throw client('Task definition must have at least one essential container.');
  }
  checkDependencies(containers);
  checkLimits(content, containers);
  if (content.requiresCompatibilities?.includes('FARGATE')) checkFargate(content, containers);
  return {
    ...content,
    containerDefinitions: containers.map((container) => withDefaults(content, container)),
    volumes: content.volumes ?? [],
    placementConstraints: content.placementConstraints ?? [],
  };
}

/**
 * Without the tags, which are not part of the definition. An empty role counts as none: ecs-deploy sends it with every
 * revision of a definition without one, and works. (An inference: https://github.com/fabfuel/ecs-deploy/issues/231
 * reports that ECS refused it once.)
 */
function contentOf({
  tags: _tags,
  taskRoleArn,
  executionRoleArn,
  ...content
}: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  return {
    ...content,
    ...(taskRoleArn ? { taskRoleArn } : {}),
    ...(executionRoleArn ? { executionRoleArn } : {}),
  };
}

function checkContainer(content: RegisterTaskDefinitionRequest, container: ContainerDefinition): void {
  if (typeof container.name !== 'string' || container.name === '') {
    throw client('Container.name should not be null or blank.');
  }
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(container.name))
    throw client('Container.name contains invalid characters.');
  if (typeof container.image !== 'string' || container.image === '') {
    throw client('Container.image should not be null or blank.');
  }
  if (/\s/.test(container.image)) throw client('Container.image contains invalid characters.');
  if (
    content.memory === undefined &&
    container.memory === undefined &&
    container.memoryReservation === undefined
  ) {
    throw client(
      `Invalid setting for container '${container.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  const variables = new Set((container.environment ?? []).map((pair) => pair.name));
  const secrets = new Set<string | undefined>();
  for (const secret of container.secrets ?? []) {
    if (secret.valueFrom === undefined || secret.valueFrom === '') {
      throw client('Secrets valueFrom should not be null or blank.');
    }
    if (variables.has(secret.name) || secrets.has(secret.name)) {
      throw client(
        `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${secret.name}'.`,
      );
    }
    secrets.add(secret.name);
  }
  const log = container.logConfiguration;
  if (log?.logDriver === 'awslogs') {
    for (const option of ['awslogs-group', 'awslogs-region']) {
      if (log.options?.[option] === undefined) {
        throw client(`Log driver awslogs requires options: awslogs-region, awslogs-group`);
      }
    }
  }
  for (const mapping of container.portMappings ?? []) {
    const differs =
      mapping.hostPort !== undefined && mapping.hostPort !== 0 && mapping.hostPort !== mapping.containerPort;
    if (content.networkMode === 'awsvpc' && differs) {
      throw client(
        'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
      );
    }
  }
}

function withDefaults(
  content: RegisterTaskDefinitionRequest,
  container: ContainerDefinition,
): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      // "Amazon ECS treats any other specified value as tcp": API_PortMapping.html.
      protocol: mapping.protocol === 'udp' ? 'udp' : 'tcp',
      ...(mapping.containerPort === undefined
        ? {}
        : { hostPort: mapping.hostPort ?? (content.networkMode === 'awsvpc' ? mapping.containerPort : 0) }),
    })),
    ...(container.healthCheck === undefined
      ? {}
      : { healthCheck: { interval: 30, timeout: 5, retries: 3, ...container.healthCheck } }),
  };
}

import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { client, invalid } from '../model/faults.ts';
import { cpuUnits, memoryMebibytes } from '../rules/fargate-sizes.ts';

/** From and to, both allowed: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const HEALTH_CHECK = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const;
/** GiB: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html */
const EPHEMERAL_STORAGE = [21, 200] as const;
const HIGHEST_PORT = 65_535;

/** The sizes that a definition asks for, and what its containers ask of the task. */
export function checkLimits(
  content: RegisterTaskDefinitionRequest,
  containers: readonly ContainerDefinition[],
): void {
  checkSums(content, containers);
  const volumes = new Set(content.volumes?.map(({ name }) => name));
  for (const container of containers) {
    checkHealthCheck(container);
    for (const { sourceVolume } of container.mountPoints ?? []) {
      if (!volumes.has(sourceVolume)) throw client(`Unknown volume '${sourceVolume}'.`);
    }
    for (const { containerPort = 0, hostPort = 0 } of container.portMappings ?? []) {
      const port = [containerPort, hostPort].find((one) => one < 0 || one > HIGHEST_PORT);
      if (port !== undefined)
        throw client(
          `Invalid port ${port} for container '${container.name}': it is between 0 and ${HIGHEST_PORT}.`,
        );
    }
    if (content.networkMode === 'awsvpc' && (container.links ?? []).length > 0)
      throw client('Links are not supported when networkMode=awsvpc.');
  }
  const storage = content.ephemeralStorage?.sizeInGiB;
  if (storage !== undefined && !isWithin(storage, EPHEMERAL_STORAGE)) {
    throw client(
      `Ephemeral storage must be between ${EPHEMERAL_STORAGE.join(' and ')} GiB, and not ${storage} GiB.`,
    );
  }
}

/**
 * The sentence on cpu is the one that users report (https://github.com/klothoplatform/klotho/issues/892); ECS's own words
 * for memory are not verified.
 */
function checkSums(
  { cpu, memory }: RegisterTaskDefinitionRequest,
  containers: readonly ContainerDefinition[],
): void {
  const units = sizeOf('cpu', cpu, cpuUnits);
  const mebibytes = sizeOf('memory', memory, memoryMebibytes);
  if (containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0) > units) {
    throw client("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");
  }
  if (containers.some((container) => (container.memory ?? container.memoryReservation ?? 0) > mebibytes))
    throw client("The 'memory' setting for container is greater than for the task.");
}

/** No limit where the task has no size. https://github.com/oranmoshai/ecsServiceRestart/issues/2 has the words. */
function sizeOf(name: string, text: string | undefined, read: (text: string) => number): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const size = read(text);
  if (Number.isNaN(size)) throw invalid(`Invalid '${name}' setting for task.`);
  return size;
}

function checkHealthCheck({ name, healthCheck }: ContainerDefinition): void {
  for (const [member, limits] of Object.entries(HEALTH_CHECK)) {
    const value = healthCheck?.[member as keyof typeof HEALTH_CHECK];
    if (value !== undefined && !isWithin(value, limits)) {
      throw client(
        `Invalid healthCheck setting for container '${name}': ${member} must be between ${limits.join(' and ')}, and not ${value}.`,
      );
    }
  }
}

const isWithin = (value: number, [least, most]: readonly [number, number]): boolean =>
  value >= least && value <= most;

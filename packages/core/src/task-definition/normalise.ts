import { isObject, sortedKeys } from '../documents/canonical.ts';
import { outputOnlyFields } from './fields.ts';
import { normaliseContainer } from './normalise-container.ts';
import { asList, type Plain, pruned, sorted } from './plain.ts';
import { cpuUnits, memoryMebibytes } from './task-size.ts';

/**
 * One form for everything that means the same to ECS, so that a comparison of a file with what
 * DescribeTaskDefinition prints shows real differences only: without output-only fields and tags, with the
 * defaults that ECS fills in on register, sets in one order, sizes in one unit. What has an order that matters
 * (command, environment files, DNS servers) keeps it. Unknown fields stay as they are.
 */
export function normaliseTaskDefinition(taskDefinition: object): Plain {
  const given = pruned(taskDefinition) as Plain;
  const fargate = asList(given.requiresCompatibilities).includes('FARGATE');
  const networkMode = given.networkMode ?? defaultNetworkMode(given, fargate);
  const normal: Plain = { ...given, networkMode };
  for (const field of outputOnlyFields) delete normal[field];
  delete normal.tags;
  if (given.cpu !== undefined) normal.cpu = cpuUnits(given.cpu);
  if (given.memory !== undefined) normal.memory = memoryMebibytes(given.memory);
  if (normal.enableFaultInjection === false) delete normal.enableFaultInjection;
  if (given.requiresCompatibilities !== undefined) {
    normal.requiresCompatibilities = sorted(given.requiresCompatibilities);
  }
  // Fargate runs x86 Linux unless told otherwise; on EC2 an absent platform means any, which is not the same.
  if (fargate) {
    normal.runtimePlatform = {
      cpuArchitecture: 'X86_64',
      operatingSystemFamily: 'LINUX',
      ...(isObject(given.runtimePlatform) ? given.runtimePlatform : {}),
    };
  }
  for (const field of ['placementConstraints', 'inferenceAccelerators']) {
    if (normal[field] !== undefined) normal[field] = sorted(normal[field]);
  }
  if (isObject(given.proxyConfiguration)) {
    const { properties, ...proxy } = given.proxyConfiguration;
    normal.proxyConfiguration = { type: 'APPMESH', ...proxy, properties: sorted(properties, 'name') };
  }
  if (given.volumes !== undefined)
    normal.volumes = sorted(asList(given.volumes).map(normaliseVolume), 'name');
  normal.containerDefinitions = sorted(
    asList(given.containerDefinitions).map((one) =>
      isObject(one) ? normaliseContainer(one, networkMode) : one,
    ),
    'name',
  );
  return sortedKeys(normal) as Plain;
}

function defaultNetworkMode(given: Plain, fargate: boolean): string {
  if (fargate) return 'awsvpc';
  const family = isObject(given.runtimePlatform) ? String(given.runtimePlatform.operatingSystemFamily) : '';
  return family.startsWith('WINDOWS') ? 'default' : 'bridge';
}

function normaliseVolume(volume: unknown): unknown {
  if (!isObject(volume)) return volume;
  const normal = { ...volume };
  if (normal.configuredAtLaunch === false) delete normal.configuredAtLaunch;
  const efs = volume.efsVolumeConfiguration;
  if (isObject(efs)) {
    const access = isObject(efs.authorizationConfig) ? efs.authorizationConfig : {};
    normal.efsVolumeConfiguration = {
      transitEncryption: 'DISABLED',
      rootDirectory: '/',
      ...efs,
      authorizationConfig: { iam: 'DISABLED', ...access },
    };
  }
  const docker = volume.dockerVolumeConfiguration;
  if (isObject(docker)) normal.dockerVolumeConfiguration = { scope: 'task', autoprovision: false, ...docker };
  return normal;
}

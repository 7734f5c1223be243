import { isObject, sortedKeys } from '../../documents/canonical.ts';
import { outputOnlyFields } from '../parse/fields.ts';
import { asList, type Plain, pruned, sorted, withoutDefaults } from '../parse/plain.ts';
import { cpuUnits, memoryMebibytes } from '../parse/task-size.ts';
import { normaliseContainer } from './normalise-container.ts';

/**
 * One form for everything that means the same to ECS, so that a comparison of a file with what
 * DescribeTaskDefinition prints shows real differences only: without output-only fields and tags, without the
 * defaults that ECS fills in on register, sets in one order, sizes in one unit. What has an order that matters
 * (command, environment files, DNS servers) keeps it. Unknown fields stay as they are.
 */
export function normaliseTaskDefinition(taskDefinition: object): Plain {
  const given = pruned(taskDefinition) as Plain;
  const fargate = asList(given.requiresCompatibilities).includes('FARGATE');
  const standard = defaultNetworkMode(given, fargate);
  const normal = withoutDefaults(given, {
    networkMode: standard,
    enableFaultInjection: false,
    taskRoleArn: '',
    executionRoleArn: '',
  });
  for (const field of [...outputOnlyFields, 'tags']) delete normal[field];
  if (given.cpu !== undefined) normal.cpu = cpuUnits(given.cpu);
  if (given.memory !== undefined) normal.memory = memoryMebibytes(given.memory);
  // Fargate runs x86 Linux unless told otherwise; on EC2 an absent platform means any, which is not the same.
  if (fargate && isObject(given.runtimePlatform)) {
    normal.runtimePlatform = withoutDefaults(given.runtimePlatform, {
      cpuArchitecture: 'X86_64',
      operatingSystemFamily: 'LINUX',
    });
  }
  for (const field of ['requiresCompatibilities', 'placementConstraints', 'inferenceAccelerators']) {
    if (normal[field] !== undefined) normal[field] = sorted(normal[field]);
  }
  if (isObject(given.proxyConfiguration)) {
    const { properties, ...proxy } = given.proxyConfiguration;
    const kept = withoutDefaults(proxy, { type: 'APPMESH' });
    normal.proxyConfiguration = { ...kept, properties: sorted(properties, 'name') };
  }
  if (given.volumes !== undefined)
    normal.volumes = sorted(asList(given.volumes).map(normaliseVolume), 'name');
  const networkMode = given.networkMode ?? standard;
  const containers = asList(given.containerDefinitions).map((one) =>
    isObject(one) ? normaliseContainer(one, networkMode) : one,
  );
  normal.containerDefinitions = sorted(containers, 'name');
  return sortedKeys(pruned(normal)) as Plain;
}

function defaultNetworkMode(given: Plain, fargate: boolean): string {
  if (fargate) return 'awsvpc';
  const family = isObject(given.runtimePlatform) ? String(given.runtimePlatform.operatingSystemFamily) : '';
  return family.startsWith('WINDOWS') ? 'default' : 'bridge';
}

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html and its neighbours
function normaliseVolume(volume: unknown): unknown {
  if (!isObject(volume)) return volume;
  const normal = withoutDefaults(volume, { configuredAtLaunch: false });
  const efs = volume.efsVolumeConfiguration;
  if (isObject(efs)) {
    const access = isObject(efs.authorizationConfig) ? efs.authorizationConfig : {};
    normal.efsVolumeConfiguration = {
      ...withoutDefaults(efs, { transitEncryption: 'DISABLED', rootDirectory: '/' }),
      authorizationConfig: withoutDefaults(access, { iam: 'DISABLED' }),
    };
  }
  const docker = volume.dockerVolumeConfiguration;
  if (isObject(docker)) {
    normal.dockerVolumeConfiguration = withoutDefaults(docker, { scope: 'task', autoprovision: false });
  }
  return normal;
}

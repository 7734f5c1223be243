import { isObject } from '../../documents/canonical.ts';
import { asList, type Plain, sorted, withoutDefaults } from '../parse/plain.ts';

/** Absent means this; ECS fills some of them in on register and leaves others out. */
const defaults: Plain = {
  cpu: 0,
  disableNetworking: false,
  essential: true,
  interactive: false,
  privileged: false,
  pseudoTerminal: false,
  readonlyRootFilesystem: false,
  versionConsistency: 'enabled',
};

/** Sets: their order says nothing, and ECS does not promise to keep it. */
const sets: Readonly<Record<string, string>> = {
  dependsOn: 'containerName',
  environment: 'name',
  extraHosts: 'hostname',
  mountPoints: 'containerPath',
  portMappings: 'containerPort',
  resourceRequirements: 'type',
  secrets: 'name',
  systemControls: 'namespace',
  ulimits: 'name',
};

export function normaliseContainer(container: Plain, networkMode: unknown): Plain {
  const normal = withoutDefaults(container, defaults);
  if (container.portMappings !== undefined) {
    normal.portMappings = asList(container.portMappings).map((one) => normalisePort(one, networkMode));
  }
  for (const field of ['mountPoints', 'volumesFrom']) {
    if (container[field] !== undefined) {
      normal[field] = asList(container[field]).map((one) =>
        isObject(one) ? withoutDefaults(one, { readOnly: false }) : one,
      );
    }
  }
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
  if (isObject(container.healthCheck)) {
    const standard = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };
    normal.healthCheck = withoutDefaults(container.healthCheck, standard);
  }
  if (isObject(container.restartPolicy)) {
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html
    const policy = withoutDefaults(container.restartPolicy, { restartAttemptPeriod: 300 });
    normal.restartPolicy = policy.ignoredExitCodes
      ? { ...policy, ignoredExitCodes: sorted(policy.ignoredExitCodes) }
      : policy;
  }
  if (isObject(container.logConfiguration) && container.logConfiguration.secretOptions !== undefined) {
    const options = sorted(container.logConfiguration.secretOptions, 'name');
    normal.logConfiguration = { ...container.logConfiguration, secretOptions: options };
  }
  if (isObject(container.linuxParameters)) normal.linuxParameters = normaliseLinux(container.linuxParameters);
  for (const [field, key] of Object.entries(sets)) {
    if (normal[field] !== undefined) normal[field] = sorted(normal[field], key);
  }
  return normal;
}

/** awsvpc and host have no mapping: the host port is the container's. bridge with host port 0 picks one. */
function normalisePort(port: unknown, networkMode: unknown): unknown {
  if (!isObject(port)) return port;
  const mapped = networkMode !== 'awsvpc' && networkMode !== 'host';
  const normal = withoutDefaults(port, { hostPort: mapped ? 0 : port.containerPort });
  // "Amazon ECS treats any other specified value as tcp": API_PortMapping.html
  if (normal.protocol !== 'udp') delete normal.protocol;
  if (!mapped && normal.hostPort === 0) delete normal.hostPort;
  return normal;
}

function normaliseLinux(linux: Plain): Plain {
  const normal = withoutDefaults(linux, { initProcessEnabled: false });
  if (isObject(linux.capabilities)) {
    normal.capabilities = Object.fromEntries(
      Object.entries(linux.capabilities).map(([kind, names]) => [kind, sorted(names)]),
    );
  }
  if (linux.devices !== undefined) normal.devices = sorted(linux.devices, 'containerPath');
  if (linux.tmpfs !== undefined) normal.tmpfs = sorted(linux.tmpfs, 'containerPath');
  return normal;
}

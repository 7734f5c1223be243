import type { ContainerDefinition, HealthCheck, MountPoint, Ulimit } from '@aws-sdk/client-ecs';
import { mapping } from '../../build-push/build-file/compose/merge.ts';
import { isObject } from '../../documents/canonical.ts';
import { parseWords } from '../../task-definition/edit/command-line.ts';
import type { ComposeFields } from './fields.ts';
import { mebibytesOf, portOf, secondsOf } from './values.ts';
import { variableMark } from './variables.ts';

/** A service of a Compose file, as a container. */
export interface ComposeContainer {
  readonly definition: ContainerDefinition;
  /** Names of volumes that it mounts. */
  readonly volumes: readonly string[];
  /** What it needs of its task. */
  readonly cpu: number;
  readonly memory: number;
}

const network =
  'the subnets and security groups of service.networkConfiguration are the network; for names, add service.serviceConnectConfiguration or serviceRegistries';
const environmentFiles =
  'its values may be secret, so they are not copied: write them as environment, or as secrets of Secrets Manager or Parameter Store';
const ofHost = 'tasks on Fargate have nothing of the host';

/** Why a field of a service is not converted. */
const hints: Readonly<Record<string, string>> = {
  build: 'build the image with build-push, in a step before',
  configs: 'build the file into the image, or make it an environment variable',
  container_name: 'a container is called as its service',
  devices: ofHost,
  dns: network,
  env_file: environmentFiles,
  extra_hosts: network,
  gpus: 'Fargate has no GPUs: use instances',
  hostname: network,
  ipc: ofHost,
  network_mode: network,
  networks: network,
  pid: ofHost,
  privileged: ofHost,
  restart: 'ECS replaces every task that stops',
  stop_signal: 'write STOPSIGNAL into the Dockerfile',
};

const words = (value: unknown): readonly string[] | undefined => {
  if (Array.isArray(value)) return value.map(String);
  const result = parseWords(String(value));
  return result.ok ? result.value : undefined;
};

/** Everything of a service that a container can have. What it cannot is reported. */
export function containerOf(
  name: string,
  image: string,
  fields: ComposeFields,
  deploy: ComposeFields,
): ComposeContainer {
  const resources = deploy.inside('resources');
  const [limits, reservations] = [resources.inside('limits'), resources.inside('reservations')];
  const asNumber = (value: unknown) => (Number.isFinite(Number(value)) ? Number(value) : undefined);
  const cpus = limits.converted('cpus', asNumber) ?? fields.converted('cpus', asNumber);
  const memory = limits.converted('memory', mebibytesOf) ?? fields.converted('mem_limit', mebibytesOf);
  const soft =
    reservations.converted('memory', mebibytesOf) ?? fields.converted('mem_reservation', mebibytesOf);
  const cpuReserved = reservations.converted('cpus', asNumber);
  const [volumes, mountPoints] = mounts(fields);
  const capabilities = {
    add: fields.list('cap_add').map(String),
    drop: fields.list('cap_drop').map(String),
  };
  const refused = capabilities.add.filter((one) => one !== 'SYS_PTRACE');
  if (refused.length > 0) fields.note('cap_add', `has ${refused.join(', ')}: Fargate adds SYS_PTRACE only`);
  const add = capabilities.add.filter((one) => one === 'SYS_PTRACE');
  const init = fields.flag('init');
  const stopTimeout = fields.converted('stop_grace_period', secondsOf);
  if (stopTimeout !== undefined && stopTimeout > 120)
    fields.note('stop_grace_period', `is ${stopTimeout} s: 120 s is the most that Fargate has`);
  const restart = fields.text('restart');
  if (restart === 'no' || restart?.startsWith('on-failure'))
    fields.note('restart', `is ${restart}: ECS replaces every task that stops`);
  const definition: ContainerDefinition = {
    name,
    image,
    essential: true,
    ...present({
      entryPoint: copy(fields.converted('entrypoint', words)),
      command: copy(fields.converted('command', words)),
      workingDirectory: fields.text('working_dir'),
      user: fields.text('user'),
      memory,
      memoryReservation: soft,
      portMappings: ports(fields),
      environment: environment(fields),
      secrets: secrets(fields),
      healthCheck: healthCheck(fields),
      dockerLabels: labels(fields),
      ulimits: ulimits(fields),
      systemControls: Object.entries(mapping('sysctls', fields.take('sysctls'))).map(([key, value]) => ({
        namespace: key,
        value: String(value),
      })),
      mountPoints,
      logConfiguration: logging(fields),
    }),
    ...(stopTimeout !== undefined && { stopTimeout: Math.min(stopTimeout, 120) }),
    ...(fields.flag('read_only') && { readonlyRootFilesystem: true }),
    ...(fields.flag('tty') && { pseudoTerminal: true }),
    ...(fields.flag('stdin_open') && { interactive: true }),
    ...((init || add.length > 0 || capabilities.drop.length > 0) && {
      linuxParameters: {
        ...(init && { initProcessEnabled: true }),
        ...((add.length > 0 || capabilities.drop.length > 0) && {
          capabilities: present({ add, drop: capabilities.drop }),
        }),
      },
    }),
  };
  for (const one of [limits, reservations, resources, deploy]) one.rest();
  fields.rest(hints);
  return {
    definition,
    volumes,
    cpu: Math.ceil((cpus ?? cpuReserved ?? 0) * 1024),
    memory: memory ?? soft ?? 0,
  };
}

const copy = (list: readonly string[] | undefined) => (list === undefined ? undefined : [...list]);

/** Without what is absent or empty. */
const present = <T extends object>(given: T): T =>
  Object.fromEntries(
    Object.entries(given).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  ) as T;

function ports(fields: ComposeFields): ContainerDefinition['portMappings'] {
  const exposed = fields.list('expose').map((one) => [`expose`, one] as const);
  const given = fields.list('ports').map((one, index) => [`ports[${index}]`, one] as const);
  const found = [...given, ...exposed].flatMap(([field, one]) => {
    const port = portOf(one);
    if (!port) {
      fields.note(field, `is ${JSON.stringify(one)}, which is not converted`);
      return [];
    }
    const { mapping: to, published } = port;
    const own = String(to.containerPort ?? to.containerPortRange);
    if (published !== undefined && published !== own)
      fields.note(
        field,
        `publishes ${own} as ${published}: a task has its own address, and its port is ${own}`,
      );
    return [to];
  });
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

function environment(fields: ComposeFields): ContainerDefinition['environment'] {
  return Object.entries(mapping('environment', fields.take('environment'))).flatMap(([name, value]) => {
    if (value !== null && value !== undefined) return [{ name, value: String(value) }];
    fields.note(`environment.${name}`, 'has no value in the file: write one, or make it a secret');
    return [];
  });
}

/** Compose mounts a secret as a file; ECS sets an environment variable. */
function secrets(fields: ComposeFields): ContainerDefinition['secrets'] {
  return fields.list('secrets').map((one, index) => {
    const source = isObject(one) ? String(one.source) : String(one);
    const name = source.replace(/\W/g, '_');
    fields.note(
      `secrets[${index}]`,
      `was the file /run/secrets/${source}, and is the environment variable ${name.toUpperCase()}`,
    );
    return { name: name.toUpperCase(), valueFrom: variableMark(`secret_${name}`) };
  });
}

function labels(fields: ComposeFields): ContainerDefinition['dockerLabels'] {
  const found = Object.entries(mapping('labels', fields.take('labels')));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [name, String(value ?? '')]));
}

const bounds = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], startPeriod: [0, 300] } as const;

function healthCheck(fields: ComposeFields): HealthCheck | undefined {
  const given = fields.inside('healthcheck');
  const test = given.take('test');
  const command = Array.isArray(test) ? test.map(String) : ['CMD-SHELL', String(test)];
  const isOff = given.flag('disable') || command[0] === 'NONE';
  const read = (name: keyof typeof bounds, field: string, convert: typeof secondsOf) => {
    const value = given.converted(field, convert);
    if (value === undefined || isOff) return {};
    const [least, most] = bounds[name];
    const bounded = Math.min(Math.max(value, least), most);
    if (bounded !== value)
      given.note(field, `is ${value}: ECS takes ${least} to ${most}, so it is ${bounded}`);
    return { [name]: bounded };
  };
  const times = {
    ...read('interval', 'interval', secondsOf),
    ...read('timeout', 'timeout', secondsOf),
    ...read('retries', 'retries', secondsOf),
    ...read('startPeriod', 'start_period', secondsOf),
  };
  given.rest();
  if (test === undefined || isOff) {
    if (Object.keys(times).length > 0)
      given.note('', 'has no test: ECS does not read the HEALTHCHECK of an image, so write one');
    return undefined;
  }
  return { command, ...times };
}

function ulimits(fields: ComposeFields): Ulimit[] {
  return Object.entries(mapping('ulimits', fields.take('ulimits'))).flatMap(([name, limit]) => {
    if (name !== 'nofile') {
      fields.note(`ulimits.${name}`, 'has no counterpart: Fargate sets nofile only');
      return [];
    }
    const [soft, hard] = isObject(limit) ? [limit.soft, limit.hard] : [limit, limit];
    return [{ name: 'nofile', softLimit: Number(soft), hardLimit: Number(hard) }];
  });
}

function mounts(fields: ComposeFields): readonly [string[], MountPoint[]] {
  const found = fields.list('volumes').flatMap((one, index) => {
    const [source, target, ...options] = String(one).split(':');
    const given = isObject(one)
      ? { type: one.type, source: one.source, target: one.target, readOnly: one.read_only === true }
      : { source: target && source, target: target ?? source, readOnly: options.includes('ro') };
    const name = String(given.source ?? '');
    const field = `volumes[${index}]`;
    if (/[./~\\$]/.test(name.charAt(0)) || ['bind', 'tmpfs', 'npipe'].includes(String(given.type ?? ''))) {
      fields.note(field, `mounts ${name || String(given.type)}: ${ofHost}; build the files into the image`);
      return [];
    }
    if (name === '') {
      fields.note(
        field,
        `is a volume without a name at ${String(given.target)}: a container has storage anyway`,
      );
      return [];
    }
    fields.note(
      field,
      `is empty in each new task: to keep its data, give the volume ${name} an efsVolumeConfiguration`,
    );
    return [
      {
        sourceVolume: name,
        containerPath: String(given.target),
        ...(given.readOnly && { readOnly: true }),
      },
    ];
  });
  return [found.map(({ sourceVolume }) => sourceVolume), found];
}

function logging(fields: ComposeFields): ContainerDefinition['logConfiguration'] {
  const given = fields.inside('logging');
  const driver = given.text('driver');
  if (driver === undefined) {
    given.rest();
    return undefined;
  }
  if (driver !== 'awslogs' && driver !== 'splunk' && driver !== 'awsfirelens') {
    given.note('driver', `is ${driver}: Fargate has awslogs, splunk and awsfirelens`);
    return undefined;
  }
  const options = given.take('options');
  return {
    logDriver: driver,
    ...(isObject(options) && {
      options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)])),
    }),
  };
}

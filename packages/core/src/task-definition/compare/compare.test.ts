import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameTaskDefinition } from './compare.ts';

// biome-ignore lint/suspicious/noExplicitAny: an edit may reach anywhere, also where the types forbid it
type Loose = any;

const request: RegisterTaskDefinitionRequest = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '.5 vCPU',
  memory: '1 GB',
  containerDefinitions: [
    {
      name: 'web',
      image: 'example/web:1',
      portMappings: [{ containerPort: 8080 }],
      environment: [
        { name: 'PORT', value: '8080' },
        { name: 'EMPTY', value: '' },
      ],
      command: ['node', 'b', 'a'],
      healthCheck: { command: ['CMD', 'true'] },
    },
    { name: 'logs', image: 'example/logs:1', essential: false },
  ],
  volumes: [{ name: 'cache' }],
};

/** What DescribeTaskDefinition prints after `request` was registered. */
const live: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:012345678901:task-definition/web:7',
  family: 'web',
  revision: 7,
  status: 'ACTIVE',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  compatibilities: ['EC2', 'FARGATE'],
  requiresAttributes: [{ name: 'ecs.capability.task-eni' }],
  registeredAt: new Date(0),
  registeredBy: 'arn:aws:iam::012345678901:user/a',
  cpu: '512',
  memory: '1024',
  placementConstraints: [],
  volumes: [{ name: 'cache', host: {} }],
  containerDefinitions: [
    {
      name: 'web',
      image: 'example/web:1',
      cpu: 0,
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
      environment: [
        { name: 'EMPTY', value: '' },
        { name: 'PORT', value: '8080' },
      ],
      command: ['node', 'b', 'a'],
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
    },
    {
      name: 'logs',
      image: 'example/logs:1',
      cpu: 0,
      essential: false,
      environment: [],
      portMappings: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
    },
  ],
};

const edited = (edit: (copy: Loose) => void): RegisterTaskDefinitionRequest => {
  const copy = structuredClone(request);
  edit(copy);
  return copy;
};

describe('sameTaskDefinition', () => {
  test('what ECS fills in on register is not a difference', () => {
    expect(sameTaskDefinition(request, live)).toBe(true);
  });

  test.each<[string, (copy: Loose) => void]>([
    ['another image', (copy) => (copy.containerDefinitions[0].image = 'example/web:2')],
    ['another value', (copy) => (copy.containerDefinitions[0].environment[0].value = '8081')],
    ['an empty value that is gone', (copy) => copy.containerDefinitions[0].environment.pop()],
    ['the order of a command', (copy) => copy.containerDefinitions[0].command.reverse()],
    ['an empty word in a command', (copy) => copy.containerDefinitions[0].command.push('')],
    ['a host port', (copy) => (copy.containerDefinitions[0].portMappings[0].hostPort = 80)],
    ['another essential', (copy) => (copy.containerDefinitions[1].essential = true)],
    ['another size', (copy) => (copy.memory = '2 GB')],
    ['a slower health check', (copy) => (copy.containerDefinitions[0].healthCheck.interval = 60)],
    ['an ARM platform', (copy) => (copy.runtimePlatform = { cpuArchitecture: 'ARM64' })],
    ['a field this version does not know', (copy) => (copy.containerDefinitions[0].newField = 1)],
    ['another container', (copy) => copy.containerDefinitions.push({ name: 'x', image: 'x' })],
  ])('%s is a difference', (_, edit) => {
    expect(sameTaskDefinition(edited(edit), live)).toBe(false);
  });

  test.each<[string, (copy: Loose) => void]>([
    ['the order of containers', (copy) => copy.containerDefinitions.reverse()],
    ['the order of the environment', (copy) => copy.containerDefinitions[0].environment.reverse()],
    ['1 vCPU and 1024', (copy) => (copy.cpu = '512')],
    ['the default platform of Fargate', (copy) => (copy.runtimePlatform = { cpuArchitecture: 'X86_64' })],
    ['false, where absent means false', (copy) => (copy.containerDefinitions[0].privileged = false)],
    [
      'a health check whose start is not spared',
      (copy) => (copy.containerDefinitions[0].healthCheck.startPeriod = 0),
    ],
    [
      'a protocol that ECS takes for tcp',
      (copy) => (copy.containerDefinitions[0].portMappings[0].protocol = 'http'),
    ],
    ['an empty role, which is none', (copy) => (copy.taskRoleArn = '')],
    ['null, which ECS takes as absent', (copy) => (copy.taskRoleArn = null)],
  ])('%s is not a difference', (_, edit) => {
    expect(sameTaskDefinition(edited(edit), live)).toBe(true);
  });

  test('five minutes between restarts are the default, and one is not', () => {
    const restarting = (policy: object) =>
      edited((copy) => (copy.containerDefinitions[0].restartPolicy = { enabled: true, ...policy }));
    const standard = restarting({});
    expect(sameTaskDefinition(restarting({ restartAttemptPeriod: 300 }), standard)).toBe(true);
    expect(sameTaskDefinition(restarting({ restartAttemptPeriod: 60 }), standard)).toBe(false);
  });

  test('on EC2 with bridge networking, host port 0 is the default and 80 is not', () => {
    const ec2 = (port: object): Loose => ({
      family: 'web',
      containerDefinitions: [{ name: 'web', image: 'x', memory: 64, portMappings: [port] }],
    });
    expect(sameTaskDefinition(ec2({ containerPort: 80 }), ec2({ containerPort: 80, hostPort: 0 }))).toBe(
      true,
    );
    expect(sameTaskDefinition(ec2({ containerPort: 80 }), ec2({ containerPort: 80, hostPort: 80 }))).toBe(
      false,
    );
  });

  test('tags count only when the request has some, and the tags that AWS sets never do', () => {
    const tagged = edited((copy) => (copy.tags = [{ key: 'team', value: 'a' }]));
    const system = { key: 'aws:cloudformation:stack-name', value: 's' };
    expect(sameTaskDefinition(request, live, [{ key: 'team', value: 'a' }])).toBe(true);
    expect(sameTaskDefinition(tagged, live, [system, { key: 'team', value: 'a' }])).toBe(true);
    expect(sameTaskDefinition(tagged, live, [{ key: 'team', value: 'b' }])).toBe(false);
    expect(sameTaskDefinition(tagged, live)).toBe(false);
  });

  test('any request equals itself after ECS has stored it, whatever order it is stored in', () => {
    fc.assert(
      fc.property(requests, fc.nat(), (wanted, seed) => {
        const stored = asStored(wanted, seed);
        expect(sameTaskDefinition(wanted, stored)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a request with one value changed never equals the stored one', () => {
    fc.assert(
      fc.property(requests, fc.nat(), (wanted, seed) => {
        const other: Loose = structuredClone(wanted);
        other.containerDefinitions[0].image += '-other';
        expect(sameTaskDefinition(other, asStored(wanted, seed))).toBe(false);
      }),
    );
  });
});

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const optional = { requiredKeys: ['name', 'image'] as never };
const requests: fc.Arbitrary<RegisterTaskDefinitionRequest> = fc.record(
  {
    family: word,
    networkMode: fc.constantFrom('awsvpc' as const, 'bridge' as const, 'host' as const),
    requiresCompatibilities: fc.constantFrom([], ['FARGATE' as const], ['FARGATE' as const, 'EC2' as const]),
    cpu: fc.constantFrom('256', '1 vCPU', '.25 vCPU'),
    memory: fc.constantFrom('512', '1 GB', '0.5GB'),
    volumes: fc.uniqueArray(fc.record({ name: word }), { selector: (one) => one.name }),
    containerDefinitions: fc.uniqueArray(
      fc.record(
        {
          name: word,
          image: word,
          essential: fc.boolean(),
          cpu: fc.nat(10),
          command: fc.array(fc.string(), { minLength: 1 }),
          environment: fc.uniqueArray(fc.record({ name: word, value: fc.string() }), {
            selector: (one) => one.name,
          }),
          secrets: fc.uniqueArray(fc.record({ name: word, valueFrom: word }), {
            selector: (one) => one.name,
          }),
          portMappings: fc.uniqueArray(
            fc.record(
              { containerPort: fc.integer({ min: 1, max: 99 }), hostPort: fc.constant(0) },
              { requiredKeys: ['containerPort'] },
            ),
            { selector: (one) => one.containerPort },
          ),
          healthCheck: fc.record(
            { command: fc.constant(['CMD', 'true']), interval: fc.nat(60) },
            { requiredKeys: ['command'] },
          ),
        },
        optional,
      ),
      { selector: (one) => one.name, minLength: 1, maxLength: 4 },
    ),
  },
  { requiredKeys: ['family', 'containerDefinitions'] },
) as never;

/** A model of what ECS stores: defaults filled in, sizes in units, sets in an order of its own. */
function asStored(wanted: Loose, seed: number): TaskDefinition {
  const mode =
    wanted.networkMode ?? (wanted.requiresCompatibilities?.includes('FARGATE') ? 'awsvpc' : 'bridge');
  const turned = (list: Loose[] = []) => {
    const at = list.length ? seed % list.length : 0;
    return [...list.slice(at), ...list.slice(0, at)];
  };
  const sizes: Record<string, string> = {
    '1 vCPU': '1024',
    '.25 vCPU': '256',
    '1 GB': '1024',
    '0.5GB': '512',
  };
  return {
    ...wanted,
    ...(wanted.cpu && { cpu: sizes[wanted.cpu] ?? wanted.cpu }),
    ...(wanted.memory && { memory: sizes[wanted.memory] ?? wanted.memory }),
    status: 'ACTIVE',
    revision: seed + 1,
    placementConstraints: [],
    volumes: turned(wanted.volumes).map((one) => ({ ...one, host: {} })),
    containerDefinitions: turned(wanted.containerDefinitions).map((one) => ({
      cpu: 0,
      essential: true,
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      ...one,
      environment: turned(one.environment),
      ...(one.secrets && { secrets: turned(one.secrets) }),
      ...(one.healthCheck && { healthCheck: { interval: 30, timeout: 5, retries: 3, ...one.healthCheck } }),
      portMappings: turned(one.portMappings).map((port) => ({
        protocol: 'tcp',
        containerPort: port.containerPort,
        hostPort: mode === 'bridge' ? 0 : port.containerPort,
      })),
    })),
  } as TaskDefinition;
}

import { expect, test } from '@jest/globals';

import { LandfallError } from '@landfall/core/errors/landfall-error';
import { checkManifest } from '@landfall/core/operations/check-manifest';
import { convertManifest } from '@landfall/core/operations/convert-manifest';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import { parse } from 'yaml';

const compose = `services:
  web:
    build: .
    ports: ["127.0.0.1:8080:80", "9090:9090/udp"]
    environment: { LOG_LEVEL: "\${LOG_LEVEL:-info}", API: "\${API_URL}", PRICE: "$$5 $$\{x}" }
    depends_on:
      api: { condition: service_healthy }
      migrate: { condition: service_completed_successfully }
    volumes: ["./src:/app"]
    networks: { front: { aliases: [shop] } }
    deploy: { replicas: 2, resources: { limits: { cpus: "0.5", memory: 700M } } }
  api:
    image: "shop/api:\${TAG}"
    command: serve --port "80 80"
    entrypoint: [tini, --]
    environment: [MODE=live, TOKEN]
    secrets: [db-password]
    healthcheck: { test: curl -f localhost, interval: 1m30s, timeout: 1s, retries: 3 }
    init: true
    privileged: true
    depends_on: [cache]
    deploy: { update_config: { failure_action: rollback, order: stop-first, parallelism: 2 } }
  proxy:
    image: envoy:1
    network_mode: service:api
    depends_on: { api: { condition: service_healthy } }
  migrate: { image: "shop/api:\${TAG}", command: [rake, "db:migrate"], depends_on: [cache] }
  cache: { image: "redis:7", volumes: ["data:/data"] }
  tools: { image: "tools:1", profiles: [debug] }
volumes: { data: }
secrets: { db-password: { file: ./password.txt } }
`;

const given = { 'from-compose': 'compose.yml', name: 'shop', manifest: 'deploy/landfall.yml' };

async function convert(text = compose, more: Readonly<Record<string, string>> = {}) {
  const world = fakeWorld({
    inputs: { ...given, ...more },
    files: { 'compose.yml': text, '.env': 'API_URL=http://secret\nTAG=7\n' },
  });
  const { error, outputs } = await runReported(convertManifest, world);
  const { contents } = world.files;
  const read = (path: string) => contents[`/workspace/deploy/${path}`] ?? '';
  return { error, outputs, read, lines: world.host.lines, world };
}
type Converted = Awaited<ReturnType<typeof convert>>;
const definitionOf = ({ read }: Converted, key: string) => JSON.parse(read(`ecs/${key}.json`));

test('a Compose file becomes services in waves, and tasks before them', async () => {
  const converted = await convert();
  expect(converted.error).toBeUndefined();
  expect(parse(converted.read('landfall.yml'))).toEqual({
    landfall: 1,
    name: 'shop',
    defaults: {
      service: {
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: '${subnets}', securityGroups: '${securityGroups}' },
        },
      },
    },
    services: {
      cache: { taskDefinition: 'ecs/cache.json', desiredCount: { initial: 1 } },
      api: {
        taskDefinition: 'ecs/api.json',
        wave: 10,
        desiredCount: { initial: 1 },
        service: {
          deploymentConfiguration: {
            deploymentCircuitBreaker: { enable: true, rollback: true },
            minimumHealthyPercent: 0,
            maximumPercent: 100,
          },
        },
      },
      web: { taskDefinition: 'ecs/web.json', wave: 20, before: { run: ['migrate'] }, desiredCount: 2 },
    },
    tasks: { migrate: { taskDefinition: 'ecs/migrate.json' } },
    vars: { LOG_LEVEL: 'info' },
    environments: { production: {} },
  });
  expect(JSON.parse(converted.outputs.variables ?? '')).toEqual([
    'subnets',
    'securityGroups',
    'executionRoleArn',
    'API_URL',
    'TAG',
    'secret_db_password',
  ]);
});

test('containers have what Compose says, and variables stay variables', async () => {
  const converted = await convert();
  expect(definitionOf(converted, 'web')).toEqual({
    family: '${environment}-shop-web',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '512',
    memory: '1024',
    executionRoleArn: '${executionRoleArn}',
    containerDefinitions: [
      {
        name: 'web',
        image: '${image}',
        essential: true,
        memory: 700,
        portMappings: [{ containerPort: 80 }, { containerPort: 9090, protocol: 'udp' }],
        environment: [
          { name: 'LOG_LEVEL', value: '${LOG_LEVEL}' },
          { name: 'API', value: '${API_URL}' },
          { name: 'PRICE', value: '$5 $${x}' },
        ],
      },
    ],
  });
  expect(definitionOf(converted, 'api').containerDefinitions).toEqual([
    {
      name: 'api',
      image: 'shop/api:${TAG}',
      essential: true,
      entryPoint: ['tini', '--'],
      command: ['serve', '--port', '80 80'],
      environment: [{ name: 'MODE', value: 'live' }],
      secrets: [{ name: 'DB_PASSWORD', valueFrom: '${secret_db_password}' }],
      healthCheck: { command: ['CMD-SHELL', 'curl -f localhost'], interval: 90, timeout: 2, retries: 3 },
      linuxParameters: { initProcessEnabled: true },
    },
    {
      name: 'proxy',
      image: 'envoy:1',
      essential: true,
      dependsOn: [{ containerName: 'api', condition: 'HEALTHY' }],
    },
  ]);
});

test('what has no counterpart is listed, each at its field', async () => {
  const { outputs } = await convert();
  expect(JSON.parse(outputs.unconverted ?? '')).toEqual([
    'services.tools is omitted: it belongs to the profile debug, which is off by default',
    'services.web.volumes[0] mounts ./src: tasks on Fargate have nothing of the host; build the files into the image',
    'services.web.ports[0] publishes 80 as 8080: a task has its own address, and its port is 80',
    'services.web.build has no counterpart: build the image with build-push, in a step before',
    'services.web.networks has no counterpart: the subnets and security groups of service.networkConfiguration are the network; for names, add service.serviceConnectConfiguration or serviceRegistries',
    'services.api.deploy.update_config.parallelism has no counterpart: deploymentConfiguration has percentages',
    'services.api.environment.TOKEN has no value in the file: write one, or make it a secret',
    'services.api.secrets[0] was the file /run/secrets/db-password, and is the environment variable DB_PASSWORD',
    'services.api.healthcheck.timeout is 1: ECS takes 2 to 60, so it is 2',
    'services.api.privileged has no counterpart: tasks on Fargate have nothing of the host',
    'services.cache.volumes[0] is empty in each new task: to keep its data, give the volume data an efsVolumeConfiguration',
    'services reach each other by name in Compose: add service.serviceConnectConfiguration, or serviceRegistries, where they do',
  ]);
});

test('once its variables have values, the manifest is accepted', async () => {
  const { world } = await convert();
  const files = Object.fromEntries(
    Object.entries(world.files.contents).map(([path, text]) => [
      path,
      text.replace(
        '  production: {}',
        '  production: { vars: { subnets: [subnet-1], securityGroups: [sg-1] } }',
      ),
    ]),
  );
  const vars = [
    'executionRoleArn=arn:aws:iam::123456789012:role/x',
    'API_URL=u',
    'TAG=1',
    'secret_db_password=s',
  ];
  const next = fakeWorld({
    inputs: { manifest: given.manifest, vars: vars.join('\n'), image: 'web:1' },
    files,
  });
  const { error } = await runReported(checkManifest, next);
  expect(error).toBeUndefined();
  expect(next.host.annotations).toEqual([]);
});

test.each([
  ['services: { a: { image: a, depends_on: [b] }, b: { image: b, depends_on: [a] } }', 'MANIFEST_INVALID'],
  ['services: { a: { image: "a:${" } }', 'FILE_UNREADABLE'],
])('%s writes nothing', async (text, code) => {
  const { error, read } = await convert(text);
  expect(error?.code).toBe(code);
  expect(read('landfall.yml')).toBe('');
});

test('no file is replaced without overwrite, and all that exist are named', async () => {
  const { world } = await convert();
  const again = fakeWorld({ inputs: given, files: { ...world.files.contents } });
  expect((await runReported(convertManifest, again)).error).toMatchObject({
    code: 'INPUT_INVALID',
    summary:
      'overwrite must be set to replace deploy/ecs/web.json, deploy/ecs/api.json, deploy/ecs/migrate.json, deploy/ecs/cache.json, deploy/landfall.yml, which exist',
  });
});

test('where a file cannot be written, those that were are named, and there is no manifest', async () => {
  const world = fakeWorld({ inputs: given, files: { 'compose.yml': 'services: { a: { image: a } }' } });
  const files = {
    ...world.files,
    writeArtifact: async (path: string, text: string) => {
      if (path.endsWith('landfall.yml'))
        throw new LandfallError('DISK_FULL', { summary: `no space left to write ${path}` });
      return world.files.writeArtifact(path, text);
    },
  };
  const { error, outputs } = await runReported(convertManifest, { ...world, files });
  expect(error).toMatchObject({ code: 'DISK_FULL', summary: 'no space left to write deploy/landfall.yml' });
  expect(world.host.lines).toContain('warning: written before that: /workspace/deploy/ecs/a.json');
  expect(outputs).toEqual({});
});

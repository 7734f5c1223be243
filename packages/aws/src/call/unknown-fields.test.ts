import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { createAws } from '../aws.ts';
import { type Act, answers, scriptedServer } from '../testing/scripted-server.ts';
import { withUnknown } from './unknown-fields.ts';

/** The ECS client of a run whose server plays one act. */
async function against(act: Act) {
  const server = await scriptedServer(act);
  const aws = await createAws({
    env: {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: server.url,
      HOME: '/nowhere',
    },
    clock: virtualClock(),
    operation: 'deploy-service',
    version: '1.2.3',
  });
  return {
    ecs: await aws.ecs(),
    body: () => JSON.parse(server.seen[0]!.body),
    length: () => Number(server.seen[0]!.headers['content-length']),
    bytes: () => Buffer.byteLength(server.seen[0]!.body),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const newer = {
  family: 'web',
  snapshotRetention: { days: 7, ümlaut: 'é' },
  containerDefinitions: [
    { name: 'app', image: 'web:1', warmUp: { seconds: 5 } },
    {
      name: 'log',
      image: 'log:1',
      portMappings: [{ containerPort: 80, multipath: true }],
      dockerLabels: { team: 'web' },
    },
  ],
  tags: [{ key: 'team', value: 'web', inherited: false }],
} as unknown as RegisterTaskDefinitionRequest;

const revision = {
  ...newer,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7',
  registeredAt: 1_700_000_000.5,
};

describe('a task definition with fields that are newer than the SDK', () => {
  test('R16: is sent to RegisterTaskDefinition with all of them, at every depth', async () => {
    await using world = await against(answers({ taskDefinition: revision }));
    await world.ecs.registerTaskDefinition(newer);
    expect(world.body()).toEqual(newer);
    expect(world.length()).toBe(world.bytes());
  });

  test('R16: is returned by DescribeTaskDefinition with all of them, and what the SDK parses stays parsed', async () => {
    await using world = await against(answers({ taskDefinition: revision, tags: newer.tags, cursor: 'x' }));
    const { $metadata: _, ...answer } = (await world.ecs.describeTaskDefinition({
      taskDefinition: 'web',
      include: ['TAGS'],
    })) as Record<string, unknown>;
    expect(answer).toEqual({
      taskDefinition: { ...revision, registeredAt: new Date(1_700_000_000_500) },
      tags: newer.tags,
      cursor: 'x',
    });
  });

  test('R16: is returned by RegisterTaskDefinition with all of them', async () => {
    await using world = await against(answers({ taskDefinition: revision }));
    const { taskDefinition } = await world.ecs.registerTaskDefinition(newer);
    expect(taskDefinition).toEqual({ ...revision, registeredAt: new Date(1_700_000_000_500) });
  });

  test('R16: an input without unknown fields is sent as the SDK writes it', async () => {
    await using world = await against(answers({ taskDefinition: revision }));
    await world.ecs.registerTaskDefinition({
      family: 'web',
      cpu: undefined,
      containerDefinitions: [{ name: 'app', image: 'web:1', environment: [] }],
    });
    expect(world.body()).toEqual({
      family: 'web',
      containerDefinitions: [{ name: 'app', image: 'web:1', environment: [] }],
    });
  });

  test('R16: other operations are left to the SDK', async () => {
    await using world = await against(answers({ services: [{ serviceName: 'web', newer: true }] }));
    const { services } = await world.ecs.describeServices({ services: ['web'] });
    expect(services).toEqual([{ serviceName: 'web' }]);
  });
});

test.each<[string, unknown, unknown, unknown]>([
  ['a member that only the other has', { a: 1 }, { a: 2, b: 3 }, { a: 1, b: 3 }],
  ['no member that is null', { a: 1 }, { b: null }, { a: 1 }],
  ['lists by position', [{ a: 1 }, {}], [{ b: 2 }, { c: 3 }], [{ a: 1, b: 2 }, { c: 3 }]],
  ['no list of another length', [{ a: 1 }], [{ b: 2 }, { c: 3 }], [{ a: 1 }]],
  ['nothing into a date', new Date(5), { a: 1 }, new Date(5)],
  ['no prototype', {}, JSON.parse('{"__proto__": {"admin": true}}'), {}],
])('R16: the merge takes %s', (_what, known, all, merged) => {
  expect(withUnknown(known, all)).toEqual(merged);
  expect((withUnknown(known, all) as { admin?: boolean }).admin).toBeUndefined();
});

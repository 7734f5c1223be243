import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import type { DescribeParametersRequest } from '@aws-sdk/client-ssm';
import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../../errors/landfall-error.ts';
import { type FakeAws, fakeWorld } from '../../testing/fake-world.ts';
import type { Target } from '../service/read-service-targets.ts';
import { lookOutside } from './look.ts';

const created = new Date('2026-11-30T12:00:00Z');
const later = new Date('2026-11-30T13:00:00Z');
const earlier = new Date('2026-11-30T11:00:00Z');
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const primary = { id: 'ecs-svc/1', status: 'PRIMARY' };

const targetWith = (container: ContainerDefinition): Target => ({
  cluster: 'main',
  name: 'web',
  service: {
    serviceName: 'web',
    serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web',
    deployments: [primary],
  },
  taskDefinition: { taskDefinition: { containerDefinitions: [{ name: 'app', ...container }] }, tags: [] },
});
const secretsFrom = (...valueFrom: string[]) => ({
  secrets: valueFrom.map((one) => ({ name: 'X', valueFrom: one })),
});
const task = (createdAt: Date | undefined, more: Task = {}): Task => ({
  taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/main/0123456789abcdef',
  startedBy: primary.id,
  ...(createdAt && { createdAt }),
  ...more,
});

/** Checks a service with these running tasks; answers with what was found and which calls were made. */
async function look(container: ContainerDefinition, aws: FakeAws, tasks: readonly Task[] = [task(created)]) {
  const world = fakeWorld({
    aws: {
      ...aws,
      ecs: {
        listTasks: async () => ({ taskArns: tasks.map(() => 'task') }),
        describeTasks: async () => ({ tasks: [...tasks] }),
        ...aws.ecs,
      },
    },
  });
  const changes = await lookOutside(targetWith(container), await world.aws.ecs(), world);
  return {
    changes: changes.map(({ status, reason }) => [status, reason]),
    calls: world.requests.map(({ operation }) => operation),
    requests: world.requests,
  };
}

describe('parameters', () => {
  const modified = (times: Readonly<Record<string, Date>>): FakeAws => ({
    ssm: {
      describeParameters: async ({ ParameterFilters }: DescribeParametersRequest) => ({
        Parameters: (ParameterFilters?.[0]?.Values ?? []).flatMap((Name) =>
          times[Name] ? [{ Name, LastModifiedDate: times[Name] }] : [],
        ),
      }),
    },
  });

  test('are asked about together, by their names, and only the one that was changed is told', async () => {
    const { changes, requests } = await look(
      secretsFrom('/web/a', 'arn:aws:ssm:eu-west-1:123456789012:parameter/b'),
      modified({ '/web/a': earlier, b: later }),
    );
    expect(changes).toEqual([
      [
        'changed',
        'parameter arn:aws:ssm:eu-west-1:123456789012:parameter/b was changed on 2026-11-30T13:00:00.000Z, after the oldest running task was created (2026-11-30T12:00:00.000Z)',
      ],
    ]);
    expect(requests.filter(({ operation }) => operation === 'ssm:DescribeParameters')).toEqual([
      {
        operation: 'ssm:DescribeParameters',
        input: {
          ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: ['/web/a', 'b', '/b'] }],
          MaxResults: 50,
        },
      },
    ]);
  });

  test('are read in as few calls as their number allows', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `/web/${index}`);
    const { changes, calls } = await look(
      secretsFrom(...names),
      modified(Object.fromEntries(names.map((name) => [name, earlier]))),
    );
    expect(changes).toEqual([]);
    expect(calls).toEqual(['ecs:ListTasks', 'ecs:DescribeTasks', ...Array(3).fill('ssm:DescribeParameters')]);
  });

  test('are read to the last page, though one before it is empty', async () => {
    const pages = [
      { Parameters: [], NextToken: 'a' },
      { Parameters: [{ Name: '/web/a', LastModifiedDate: later }] },
    ];
    const { changes } = await look(secretsFrom('/web/a'), {
      ssm: { describeParameters: async ({ NextToken }) => pages[NextToken === 'a' ? 1 : 0]! },
    });
    expect(changes).toMatchObject([['changed', /^parameter \/web\/a was changed on /]]);
  });

  test.each<[string, string, FakeAws, string]>([
    ['is not there', '/web/none', modified({}), 'AWS shows no such parameter'],
    [
      'is taken by a label',
      '/web/a:live',
      modified({ '/web/a': earlier }),
      'AWS does not report when the label live was moved to another version',
    ],
    [
      'belongs to another account',
      'arn:aws:ssm:eu-west-1:999999999999:parameter/web/a',
      modified({ '/web/a': earlier }),
      "it belongs to account 999999999999, and ssm:DescribeParameters covers only the caller's own",
    ],
    [
      'may not be read',
      '/web/a',
      {
        ssm: {
          describeParameters: async () => {
            const facts = { action: 'ssm:DescribeParameters' };
            throw new LandfallError('ACCESS_DENIED', { summary: 'no', facts });
          },
        },
      },
      'the caller lacks ssm:DescribeParameters',
    ],
  ])('one that %s could not be compared', async (_name, valueFrom, aws, why) => {
    expect((await look(secretsFrom(valueFrom), aws)).changes).toEqual([
      [
        'unknown',
        `cannot tell whether parameter ${valueFrom} has changed since the oldest running task was created: ${why}`,
      ],
    ]);
  });
});

describe('secrets', () => {
  test('are asked about five at a time, each once', async () => {
    const arns = Array.from(
      { length: 12 },
      (_, index) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:s${index}-AbCdEf`,
    );
    let open = 0;
    let most = 0;
    const { changes, calls } = await look(secretsFrom(...arns, ...arns), {
      secretsManager: {
        describeSecret: async () => {
          open += 1;
          most = Math.max(most, open);
          await new Promise(setImmediate);
          open -= 1;
          return { LastChangedDate: earlier };
        },
      },
    });
    expect(changes).toEqual([]);
    expect(calls.filter((name) => name === 'secretsmanager:DescribeSecret')).toHaveLength(12);
    expect(most).toBe(5);
  });
});

describe('the running tasks', () => {
  const secret = secretsFrom('arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf');
  const changedAt = (date: Date): FakeAws => ({
    secretsManager: {
      describeSecret: async () => ({ LastChangedDate: date }),
      listSecretVersionIds: async () => ({
        Versions: [{ VersionStages: ['AWSCURRENT'], CreatedDate: date }],
      }),
    },
  });

  test.each<[string, readonly Task[], number]>([
    ['the oldest of them counts', [task(new Date('2026-11-30T14:00:00Z')), task(created)], 1],
    [
      'one of a deployment that is being replaced does not',
      [task(new Date('2026-11-30T14:00:00Z')), task(created, { startedBy: 'ecs-svc/0' })],
      0,
    ],
    [
      'one that is being stopped does not',
      [task(new Date('2026-11-30T14:00:00Z')), task(created, { desiredStatus: 'STOPPED' })],
      0,
    ],
    ['where none runs, nothing has anything else', [], 0],
  ])('%s', async (_name, tasks, found) => {
    expect((await look(secret, changedAt(later), tasks)).changes).toHaveLength(found);
  });

  test('one without a time of creation leaves the question open', async () => {
    const { changes } = await look(secret, changedAt(later), [task(undefined)]);
    expect(changes).toMatchObject([
      ['unknown', /: ecs:DescribeTasks does not report when task 01234567 was created$/],
    ]);
  });

  test('are not read for images whose digests the service revision has', async () => {
    const image = 'web:1';
    const target = targetWith({ image });
    const service = {
      ...target.service,
      currentServiceRevisions: [{ arn: 'arn:aws:ecs:eu-west-1:123456789012:service-revision/main/web/1' }],
    };
    const containerImages = [{ containerName: 'app', image, imageDigest: digest('a') }];
    const world = fakeWorld({
      aws: { ecs: { describeServiceRevisions: async () => ({ serviceRevisions: [{ containerImages }] }) } },
      registry: async () =>
        ({ head: async () => ({ digest: digest('a'), mediaType: '', size: 1 }) }) as never,
    });
    expect(await lookOutside({ ...target, service }, await world.aws.ecs(), world)).toEqual([]);
    expect(world.requests.map(({ operation }) => operation)).toEqual([
      'ecs:DescribeServiceRevisions',
      'registry',
    ]);
  });

  test('show what each runs where a container has no version consistency', async () => {
    const containers = (letter: string) => [{ name: 'app', image: 'web:1', imageDigest: digest(letter) }];
    const registry = async () =>
      ({
        head: async () => ({ digest: digest('b'), mediaType: '', size: 1 }),
        manifest: async () => ({
          digest: digest('b'),
          mediaType: '',
          size: 2,
          bytes: new TextEncoder().encode('{}'),
        }),
      }) as never;
    const tasks = [
      task(created, { containers: containers('b') }),
      task(created, { containers: containers('a') }),
    ];
    const world = fakeWorld({
      aws: {
        ecs: { listTasks: async () => ({ taskArns: ['1', '2'] }), describeTasks: async () => ({ tasks }) },
      },
      registry,
    });
    const changes = await lookOutside(targetWith({ image: 'web:1' }), await world.aws.ecs(), world);
    expect(changes).toMatchObject([
      { status: 'changed', reason: `web:1 names ${digest('b')} now, and ${digest('a')} runs` },
    ]);
  });
});

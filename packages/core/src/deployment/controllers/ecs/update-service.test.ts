import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import type { Ecs } from '../../../world/aws.ts';
import type { Clock } from '../../../world/clock.ts';
import { updateService } from './update-service.ts';

const definition = (version: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${version}`;
const deployment = (id: string, version: number, more: Partial<Deployment>): Deployment => ({
  id,
  taskDefinition: definition(version),
  createdAt: new Date(version * 1000),
  ...more,
});
const failing = deployment('ecs-svc/2', 2, { status: 'PRIMARY', rolloutState: 'FAILED' });
const service = (desiredCount: number, ...deployments: Deployment[]): Service => ({
  serviceName: 'web',
  desiredCount,
  deployments,
});

/** A clock that does not wait. */
const clock = (): Clock => {
  let now = 0;
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
  };
  return { elapsed: () => now, sleep, random: () => 0 } as unknown as Clock;
};

test('a count that is set while ECS begins to roll the same version back is found at the deployment that goes', async () => {
  const before = deployment('ecs-svc/1', 1, { status: 'ACTIVE' });
  const rolledBack = service(
    5,
    { ...before, status: 'PRIMARY', createdAt: new Date(9000) },
    { ...failing, status: 'ACTIVE' },
  );
  const ecs = {
    // The answer is from before the write.
    updateService: async () => ({ service: service(3, failing, before) }),
    describeServices: async () => ({ services: [rolledBack] }),
  } as unknown as Ecs;
  const request = { cluster: 'main', service: 'web', taskDefinition: definition(2), desiredCount: 5 };
  const update = {
    request,
    startsDeployment: false,
    cluster: 'main',
    serviceName: 'web',
    before: [failing, before],
  };
  const world = { ecs, clock: clock(), signal: new AbortController().signal };
  const { primary, isNew } = await updateService(update, world);
  expect({ id: primary.id, isNew }).toEqual({ id: 'ecs-svc/2', isNew: false });
});

test.each<[string, readonly string[], object]>([
  ['is taken where it is the only new one', ['3'], { id: 'ecs-svc/3' }],
  [
    'is not told apart from what somebody else has made beside it',
    ['3', '4'],
    {
      code: 'OUTCOME_UNKNOWN',
      summary:
        'the response to UpdateService for web does not show what it created, and nothing shows which of the deployments created since (ecs-svc/3, ecs-svc/4) is its own',
    },
  ],
])('a deployment that the answer does not show %s', async (_, made, expected) => {
  const before = deployment('ecs-svc/2', 2, { status: 'PRIMARY' });
  const newest = deployment(`ecs-svc/${made.at(-1)}`, 3, { status: 'PRIMARY' });
  const ecs = {
    updateService: async () => ({ service: service(1, before) }),
    describeServices: async () => ({ services: [service(1, newest)] }),
    listServiceDeployments: async () => ({
      serviceDeployments: ['2', ...made].map((id) => ({
        serviceDeploymentArn: `arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/web/${id}`,
        targetServiceRevisionArn: `arn:aws:ecs:eu-west-1:123456789012:service-revision/main/web/${id}`,
        createdAt: new Date(Number(id) * 1000),
      })),
    }),
  } as unknown as Ecs;
  const update = {
    request: { cluster: 'main', service: 'web', taskDefinition: definition(3) },
    startsDeployment: true,
    cluster: 'main',
    serviceName: 'web',
    before: [before],
  };
  const world = { ecs, clock: clock(), signal: new AbortController().signal };
  const end = updateService(update, world).then(
    ({ primary: { id } }) => ({ id }),
    ({ code, summary }) => ({ code, summary }),
  );
  expect(await end).toEqual(expected);
});

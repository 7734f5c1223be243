import { expect, test } from '@jest/globals';
import { LandfallError } from '../../errors/landfall-error.ts';
import { fakeWorld } from '../../testing/fake-world.ts';
import { targetHealth } from './target-health.ts';

const group = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';
const service = { loadBalancers: [{ targetGroupArn: group }] };
const never = {};
const health = (State: string, Reason?: string, Description?: string) =>
  ({ TargetHealth: { State, Reason, Description } }) as never;

test('unhealthy targets are grouped by the reason that the load balancer reports', async () => {
  const ill = health('unhealthy', 'Target.Timeout', 'Request timed out');
  const { aws } = fakeWorld({
    aws: {
      elbv2: {
        describeTargetHealth: async () => ({
          TargetHealthDescriptions: [ill, health('healthy'), ill, health('draining')],
        }),
      },
    },
  });
  expect(await targetHealth(service, aws, never)).toEqual({
    lines: ['target group web: 2 targets unhealthy: Target.Timeout (Request timed out)'],
  });
});

test('a missing permission is a note, never an error', async () => {
  const denied = async () => {
    throw new LandfallError('ACCESS_DENIED', {
      summary: 'the caller lacks elasticloadbalancing:DescribeTargetHealth',
    });
  };
  const { aws } = fakeWorld({ aws: { elbv2: { describeTargetHealth: denied } } });
  expect(await targetHealth(service, aws, never)).toEqual({
    lines: [],
    note: "the health of the load balancer's targets cannot be shown: the caller lacks elasticloadbalancing:DescribeTargetHealth",
  });
});

test('a service without a load balancer causes no calls', async () => {
  const world = fakeWorld();
  expect(await targetHealth({}, world.aws, never)).toEqual({ lines: [] });
  expect(world.requests).toEqual([]);
});

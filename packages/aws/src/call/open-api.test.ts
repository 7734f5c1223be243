import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { autoScalingCalls } from '../calls/auto-scaling.ts';
import { codeDeployCalls } from '../calls/codedeploy.ts';
import { ecrCalls } from '../calls/ecr.ts';
import { ecrPublicCalls } from '../calls/ecr-public.ts';
import { ecsCalls } from '../calls/ecs.ts';
import { elbv2Calls } from '../calls/elbv2.ts';
import { iamCalls } from '../calls/iam.ts';
import { logsCalls } from '../calls/logs.ts';
import { s3Calls } from '../calls/s3.ts';
import { schedulerCalls } from '../calls/scheduler.ts';
import { secretsManagerCalls } from '../calls/secrets-manager.ts';
import { ssmCalls } from '../calls/ssm.ts';
import { stsCalls } from '../calls/sts.ts';
import { retryBudget } from './budget.ts';
import type { CallRule } from './call-table.ts';
import { defaultLimits } from './limits.ts';
import { openApi } from './open-api.ts';

const tables: Readonly<Record<string, Readonly<Record<string, CallRule>>>> = {
  'application-autoscaling': autoScalingCalls,
  codedeploy: codeDeployCalls,
  ecr: ecrCalls,
  'ecr-public': ecrPublicCalls,
  ecs: ecsCalls,
  elasticloadbalancing: elbv2Calls,
  iam: iamCalls,
  logs: logsCalls,
  s3: s3Calls,
  scheduler: schedulerCalls,
  secretsmanager: secretsManagerCalls,
  ssm: ssmCalls,
  sts: stsCalls,
};
const operations = Object.entries(tables).flatMap(([service, table]) =>
  Object.keys(table).map((name) => [service, name] as const),
);
const isRead = (name: string) => /^(?:Describe|List|Get|BatchGet|Filter|Simulate|Head)/.test(name);

/** Writes without a token of which a second would be another one. */
const once: readonly (readonly [service: string, operation: string, why: string])[] = [
  ['ecs', 'UpdateService', 'it starts a deployment'],
  ['ecs', 'CreateExpressGatewayService', 'it makes a service'],
  ['ecs', 'UpdateExpressGatewayService', 'it starts a deployment'],
  ['ecs', 'RegisterTaskDefinition', 'it makes a revision'],
  ['ecs', 'DeregisterTaskDefinition', 'a second one is refused, and does not say who sent the first'],
  ['codedeploy', 'CreateDeployment', 'it starts a deployment'],
  ['scheduler', 'CreateSchedule', 'a second one is refused, and does not say who sent the first'],
  ['scheduler', 'CreateScheduleGroup', 'a second one is refused, and does not say who sent the first'],
  ['scheduler', 'DeleteSchedule', 'a second one is refused, and does not say who sent the first'],
  ['scheduler', 'DeleteScheduleGroup', 'a second one is refused, and does not say who sent the first'],
  ['ecr', 'StartImageScan', 'an image may be scanned once in 24 hours'],
];

/** Writes with a token: it makes the second the same. */
const byToken: readonly (readonly [service: string, operation: string])[] = [
  ['ecs', 'CreateService'],
  ['ecs', 'CreateTaskSet'],
  ['ecs', 'RunTask'],
];

/** Writes that mean the same when done twice. */
const repeatable: readonly (readonly [service: string, operation: string, why: string])[] = [
  ['ecs', 'ContinueServiceDeployment', 'it names the hook that it answers'],
  ['ecs', 'StopServiceDeployment', 'it names the deployment that is to stop'],
  ['ecs', 'UpdateServicePrimaryTaskSet', 'it names the task set that is to be PRIMARY'],
  ['ecs', 'DeleteService', 'it names the service that is to go'],
  ['ecs', 'DeleteTaskSet', 'it names the task set that is to go'],
  ['ecs', 'StopTask', 'it names the task that is to stop'],
  ['ecs', 'TagResource', 'a tag set twice is set'],
  ['ecs', 'UntagResource', 'a tag removed twice is gone'],
  ['scheduler', 'UpdateSchedule', 'it replaces the schedule that it names'],
  ['application-autoscaling', 'RegisterScalableTarget', 'what is set twice is set'],
  ['application-autoscaling', 'PutScalingPolicy', 'it replaces the policy that it names'],
  ['application-autoscaling', 'DeregisterScalableTarget', 'it names what is to go'],
  ['application-autoscaling', 'DeleteScalingPolicy', 'it names what is to go'],
  ['codedeploy', 'StopDeployment', 'it names the deployment that is to stop'],
  ['codedeploy', 'ContinueDeployment', 'it names the deployment and the wait that is to end'],
  ['ecr', 'BatchDeleteImage', 'it names what is to go'],
  ['ecr', 'CreateRepository', 'a second repository of the name is refused'],
  ['ecr', 'PutImageTagMutability', 'it sets a state'],
  ['ecr', 'PutImageScanningConfiguration', 'it sets a state'],
  ['ecr', 'PutLifecyclePolicy', 'it sets a state'],
  ['ecr', 'SetRepositoryPolicy', 'it sets a state'],
  ['ecr', 'TagResource', 'a tag set twice is set'],
  ['ecr', 'UntagResource', 'a tag that is gone is gone'],
];

/** How often the call is sent when the answer to the first request is lost and every further one is refused. */
async function sentAfterLostAnswer(service: string, name: string, input: object): Promise<number> {
  let sent = 0;
  const send = async (_operation: string, _input: object, _signal: AbortSignal, onSent: () => void) => {
    onSent();
    sent += 1;
    throw sent === 1
      ? { name: 'Error', message: 'aborted', code: 'ECONNRESET' }
      : { name: 'ValidationException', message: 'no', $fault: 'client', $metadata: { httpStatusCode: 400 } };
  };
  const api = openApi<Record<string, (input: object) => Promise<unknown>>>(
    { service, region: 'eu-west-1', send },
    tables[service] as never,
    {
      clock: virtualClock(),
      limits: defaultLimits,
      timeLimit: () => new AbortController().signal,
      budget: retryBudget(),
      counts: {},
    },
  );
  await api[name.charAt(0).toLowerCase() + name.slice(1)]!(input).catch(() => undefined);
  return sent;
}

describe('after an answer that was lost', () => {
  test.each(operations.filter(([, name]) => isRead(name)))('%s:%s is asked again', async (service, name) => {
    expect(await sentAfterLostAnswer(service, name, {})).toBe(2);
  });

  test.each(once)('%s:%s is not sent again: %s, and takes no token', async (service, name) => {
    expect(await sentAfterLostAnswer(service, name, { clientToken: 'ours' })).toBe(1);
  });

  test.each(byToken)('%s:%s is sent again with a token of ours only', async (service, name) => {
    expect(await sentAfterLostAnswer(service, name, { clientToken: 'ours' })).toBe(2);
    expect(await sentAfterLostAnswer(service, name, {})).toBe(1);
  });

  test.each(repeatable)('%s:%s is sent again: %s', async (service, name) => {
    expect(await sentAfterLostAnswer(service, name, {})).toBe(2);
  });

  test('covers every write', () => {
    const named = [...once, ...byToken, ...repeatable].map(([service, name]) => `${service}:${name}`);
    const writes = operations.filter(([, name]) => !isRead(name)).map((one) => one.join(':'));
    expect(named.sort()).toEqual(writes.sort());
  });
});

test('rounds a fractional remaining time, which AbortSignal.timeout refuses', async () => {
  const api = openApi<{ describeServices(input: object, options: object): Promise<unknown> }>(
    { service: 'ecs', region: 'eu-west-1', send: async () => ({ services: [], failures: [] }) },
    tables.ecs as never,
    {
      clock: virtualClock(),
      limits: defaultLimits,
      timeLimit: (milliseconds) => AbortSignal.timeout(milliseconds),
      budget: retryBudget(),
      counts: {},
    },
  );
  const answer = api.describeServices({ services: ['web'] }, { within: 14_999.98 });
  await expect(answer).resolves.toMatchObject({ services: [] });
});

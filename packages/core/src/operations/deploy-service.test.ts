import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { fakeWorld } from '../testing/fake-world.ts';
import { arn, baseContainer, type Script, scriptedEcs } from '../testing/scripted-ecs.ts';
import { virtualClock } from '../testing/virtual-clock.ts';
import { deployService } from './deploy-service.ts';

const file = (image: string) =>
  JSON.stringify({ family: 'web', containerDefinitions: [{ ...baseContainer, image }] });
const created = new Date(Date.UTC(2030, 0, 1));
const ours = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/2000',
  status: 'PRIMARY',
  taskDefinition: arn('task-definition/web:2'),
  createdAt: created,
  desiredCount: 1,
  runningCount: 1,
  pendingCount: 0,
  failedTasks: 0,
  rolloutState: 'COMPLETED',
  ...more,
});
const live = [{ at: 20_000, deployments: [ours()], serviceDeployment: { status: 'SUCCESSFUL' as const } }];

function deploy(script: Omit<Script, 'clock'>, inputs: Record<string, string> = {}, image = 'web:2') {
  const clock = virtualClock();
  const world = fakeWorld({
    inputs: { 'task-definition': 'td.json', service: 'web', cluster: 'main', ...inputs },
    files: { 'td.json': file(image) },
    clock,
    aws: {
      ecs: scriptedEcs({ scenes: live, ...script, clock }),
      sts: { getCallerIdentity: async () => ({ Account: '123456789012' }) },
      logs: { getLogEvents: async () => ({ events: [] }) },
    },
  });
  const count = (operation: string) => world.requests.filter((one) => one.operation === operation).length;
  return { world, clock, count, done: runReported(deployService, world) };
}

const unreachable = (applied: 'no' | 'unknown') =>
  new LandfallError('ENDPOINT_UNREACHABLE', { summary: 'socket hang up', applied });

describe('a deployment that goes well', () => {
  test('registers, updates once, follows, and says what is live', async () => {
    const { done, world, count } = deploy({});
    const result = await done;
    expect(result.error).toBeUndefined();
    expect(result.outputs).toEqual({
      'task-definition-arn': arn('task-definition/web:2'),
      'service-arn': arn('service/main/web'),
      'deployment-id': 'ecs-svc/2000',
      'outside-changes': '[]',
      'service-deployment-arn': arn('service-deployment/main/web/2000'),
      verdict: 'SUCCEEDED',
      results: JSON.stringify([
        {
          cluster: 'main',
          service: 'web',
          status: 'deployed',
          verdict: 'SUCCEEDED',
          reason: 'web:2 is live',
          taskDefinition: arn('task-definition/web:2'),
          deploymentId: 'ecs-svc/2000',
        },
      ]),
    });
    expect(count('ecs:UpdateService')).toBe(1);
    expect(world.requests.find((one) => one.operation === 'ecs:UpdateService')?.input).toEqual({
      cluster: 'main',
      service: 'web',
      taskDefinition: arn('task-definition/web:2'),
    });
    expect(world.host.lines.at(-1)).toBe('info: ✓ web: web:2 is live  [0:21]');
  });

  test('D22: a task definition that has not changed is neither registered nor updated', async () => {
    const { done, count } = deploy({}, {}, 'web:1');
    const result = await done;
    expect(result.outputs.verdict).toBe('NOOP');
    expect([count('ecs:RegisterTaskDefinition'), count('ecs:UpdateService')]).toEqual([0, 0]);
  });

  test('a deployment of the same task definition already under way is adopted, not doubled', async () => {
    const running = ours({
      id: 'ecs-svc/1000',
      taskDefinition: arn('task-definition/web:1'),
      rolloutState: 'IN_PROGRESS',
    });
    const { done, count, world } = deploy(
      { service: { deployments: [running] } },
      { 'wait-for-service-stability': 'false' },
      'web:1',
    );
    const result = await done;
    expect(result.outputs).toMatchObject({ 'deployment-id': 'ecs-svc/1000', verdict: 'STARTED' });
    expect(count('ecs:UpdateService')).toBe(0);
    expect(world.host.lines).toContain(
      'info: web: deployment ecs-svc/1000 is already rolling out web:1; following it',
    );
  });

  test('settings that are not named are not sent, and equal ones are not either', async () => {
    const { done, world } = deploy(
      { service: { enableExecuteCommand: true } },
      { 'enable-execute-command': 'true', 'desired-count': '3' },
    );
    await done;
    expect(world.requests.find((one) => one.operation === 'ecs:UpdateService')?.input).toEqual({
      cluster: 'main',
      service: 'web',
      taskDefinition: arn('task-definition/web:2'),
      desiredCount: 3,
    });
  });

  test('a dry run says what would happen and writes nothing', async () => {
    const { done, count, world } = deploy({}, { 'dry-run': 'true' });
    expect((await done).ok).toBe(true);
    expect([count('ecs:RegisterTaskDefinition'), count('ecs:UpdateService')]).toEqual([0, 0]);
    expect(world.host.lines).toContain('info: a revision of web would be registered from td.json');
    expect(world.host.lines).toContain('info: web: the update would start a new deployment');
  });
});

describe('before anything is written', () => {
  test('D01: a service that is not there is NOT_FOUND, with region and account, and nothing is registered', async () => {
    const { done, count } = deploy({}, { service: 'wbe' });
    const result = await done;
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary: 'service wbe was not found in cluster main (region eu-west-1, account 123456789012)',
      remedy:
        'Check the names (cluster and service may be swapped), the region and the account. A new service must be created first, with your infrastructure code or `aws ecs create-service`; deploy-express-service creates Express services.',
    });
    expect(count('ecs:RegisterTaskDefinition')).toBe(0);
  });

  test('D01: credentials of an account that is not allowed are refused before ECS is asked', async () => {
    const { done, world } = deploy({}, { 'allowed-account-ids': '012345678901' });
    const result = await done;
    expect(result.error?.summary).toBe(
      'the credentials belong to account 123456789012, which is not one of 012345678901',
    );
    expect(result.error?.code).toBe('ACCOUNT_MISMATCH');
    expect(world.requests.map((one) => one.operation)).toEqual(['sts:GetCallerIdentity']);
  });

  test.each(['INACTIVE', 'DRAINING'])(
    'D02: a service that is %s is refused and nothing is registered',
    async (status) => {
      const { done, count } = deploy({ service: { status } });
      expect((await done).error).toMatchObject({
        code: 'SERVICE_NOT_ACTIVE',
        summary: `service web in cluster main is ${status}, so nothing can be deployed to it`,
      });
      expect(count('ecs:RegisterTaskDefinition')).toBe(0);
    },
  );

  test.each<[string, string]>([
    ['5', 'must be a duration like 90s, 10m or 1h30m, got "5"'],
    ['0', 'must be a duration like 90s, 10m or 1h30m, got "0"'],
    ['-1', 'must be a duration like 90s, 10m or 1h30m, got "-1"'],
    ['1e9', 'must be a duration like 90s, 10m or 1h30m, got "1e9"'],
    ['abc', 'must be a duration like 90s, 10m or 1h30m, got "abc"'],
    ['5s', 'must be from 10s to 48h, got 5s'],
  ])('D03: wait-timeout %s is refused with the rule', async (given, problem) => {
    const { done, world } = deploy({}, { 'wait-timeout': given });
    expect((await done).error).toMatchObject({ code: 'INPUT_INVALID', summary: `wait-timeout ${problem}` });
    expect(world.requests).toEqual([]);
  });
  test('D03: wait-timeout 5m is five minutes', async () => {
    const { done } = deploy({ scenes: [] }, { 'wait-timeout': '5m', 'stall-timeout': '5m' });
    expect((await done).error).toMatchObject({ code: 'TIMED_OUT' });
  });

  test('D23: a controller that is not known is refused before any mutation', async () => {
    const { done, count } = deploy({ service: { deploymentController: { type: 'NEWER' as 'ECS' } } });
    expect((await done).error).toMatchObject({ code: 'CONTROLLER_UNSUPPORTED' });
    expect(count('ecs:RegisterTaskDefinition')).toBe(0);
  });

  test('all wrong inputs are reported together, unknown ones with the nearest known', async () => {
    const { done } = deploy(
      {},
      { 'desired-count': '2x', 'force-new-deployment': 'yes-please', servcie: 'x' },
    );
    expect((await done).error?.details).toEqual([
      'servcie is not an input of this operation (did you mean "service"?)',
      'desired-count must be a whole number, got "2x"',
      'force-new-deployment must be true or false, got "yes-please"',
    ]);
  });
});

describe('a write whose answer is lost', () => {
  test('D07: a registration that was applied is adopted by reading back: exactly one new revision', async () => {
    const { done, count, world } = deploy({
      registerFails: [{ error: unreachable('unknown'), apply: true }],
    });
    const result = await done;
    expect(result.outputs).toMatchObject({
      verdict: 'SUCCEEDED',
      'task-definition-arn': arn('task-definition/web:2'),
    });
    expect(count('ecs:RegisterTaskDefinition')).toBe(1);
    expect(world.host.lines).toContain(
      'info: task definition registered (no response to the call; found the revision): web:2',
    );
  });
  test('a registration that was not applied is sent again', async () => {
    const { done, count } = deploy({ registerFails: [{ error: unreachable('unknown'), apply: false }] });
    expect((await done).ok).toBe(true);
    expect(count('ecs:RegisterTaskDefinition')).toBe(2);
  });
  test('D06: concurrent registrations of the family are retried with jitter until one gets through', async () => {
    const error = new LandfallError('REQUEST_REFUSED', {
      summary: 'Too many concurrent attempts to create a new revision of the specified family.',
    });
    const { done, count } = deploy({ registerFails: [1, 2, 3].map(() => ({ error, apply: false })) });
    expect((await done).ok).toBe(true);
    expect(count('ecs:RegisterTaskDefinition')).toBe(4);
  });
  test('D08: an update that was applied, with force, is adopted: one deployment', async () => {
    const { done, count, world } = deploy(
      { updateFails: [{ error: unreachable('unknown'), apply: true }] },
      { 'force-new-deployment': 'true' },
    );
    expect((await done).outputs.verdict).toBe('SUCCEEDED');
    expect(count('ecs:UpdateService')).toBe(1);
    expect(world.host.lines).toContain(
      'notice: web: no response to UpdateService; found the deployment it created',
    );
  });
  test('an update that was not applied is sent once more after the time of eventual consistency', async () => {
    const { done, count } = deploy({ updateFails: [{ error: unreachable('unknown'), apply: false }] });
    expect((await done).outputs.verdict).toBe('SUCCEEDED');
    expect(count('ecs:UpdateService')).toBe(2);
  });
});

describe('reads that fail while waiting', () => {
  test('D04: MISSING twice after the update is put down to eventual consistency', async () => {
    const { done } = deploy({ scenes: [{ at: 0, service: 'missing' }, { at: 5000, service: {} }, ...live] });
    expect((await done).outputs.verdict).toBe('SUCCEEDED');
  });
  test('D05: an empty answer is never a success and is RESPONSE_INVALID after the grace', async () => {
    const { done } = deploy({
      scenes: [{ at: 0, service: 'empty', serviceDeployment: { status: 'SUCCESSFUL' } }],
    });
    const result = await done;
    expect(result.error).toMatchObject({
      code: 'RESPONSE_INVALID',
      summary:
        'ecs:DescribeServices returned neither a service nor a failure for web; deployment ecs-svc/2000 of web:2 continues in ECS',
    });
    expect(result.outputs.verdict).toBe('UNKNOWN');
  });
  test('D09: three minutes of faults are waited out, and the gap is noted', async () => {
    const { done, world } = deploy({
      scenes: [
        { at: 4000, error: unreachable('no') },
        { at: 188_000, error: undefined, deployments: [ours()], serviceDeployment: { status: 'SUCCESSFUL' } },
      ],
    });
    expect((await done).outputs.verdict).toBe('SUCCEEDED');
    expect(world.host.lines).toContain('warning: cannot read the deployment, retrying: socket hang up');
    expect(world.host.lines.some((line) => /^info: reads recovered after 3:\d\d$/.test(line))).toBe(true);
  });
  test('D09: faults that never end do not outlast the deadline', async () => {
    const { done } = deploy(
      { scenes: [{ at: 4000, error: unreachable('no') }] },
      { 'wait-timeout': '4m', 'stall-timeout': '4m' },
    );
    const { error, outputs } = await done;
    expect(outputs.verdict).toBe('UNKNOWN');
    expect(error?.summary).toMatch(
      /^web: web:2 is not known to be live: the deployment could not be read in the last 3m\d+s before the deadline; it was \w+ before$/,
    );
  });
  test('D11: access denied mid-wait ends within one poll and names the action', async () => {
    const error = new LandfallError('ACCESS_DENIED', {
      summary: 'the caller may not ecs:DescribeServices on service/main/web',
    });
    const { done, clock } = deploy({ scenes: [{ at: 6000, error }] });
    const result = await done;
    expect(result.error).toMatchObject({
      code: 'ACCESS_DENIED',
      summary:
        'the caller may not ecs:DescribeServices on service/main/web; deployment ecs-svc/2000 of web:2 continues in ECS',
      details: [
        'to keep watching, run this step again: it picks up deployment ecs-svc/2000',
        'or from anywhere: landfall wait-for-service --region eu-west-1 --cluster main --service web --deployment-id ecs-svc/2000',
      ],
    });
    expect(clock.elapsed()).toBeLessThan(9000);
  });
  test('D12: expired credentials mid-wait end with the deployment named and how to resume', async () => {
    const error = new LandfallError('CREDENTIALS_EXPIRED', {
      summary: 'The security token included in the request is expired',
    });
    const { done } = deploy({ scenes: [{ at: 6000, error }] });
    expect((await done).error).toMatchObject({
      code: 'CREDENTIALS_EXPIRED',
      details: [
        'to keep watching, run this step again: it picks up deployment ecs-svc/2000',
        'or from anywhere: landfall wait-for-service --region eu-west-1 --cluster main --service web --deployment-id ecs-svc/2000',
      ],
    });
  });
  test('service deployments may not be read: one notice, then the verdict by DescribeServices alone', async () => {
    const { done, world } = deploy({ denied: ['describeServiceDeployments', 'listServiceDeployments'] });
    expect((await done).outputs.verdict).toBe('SUCCEEDED');
    const notices = world.host.lines.filter((line) => line.startsWith('notice:'));
    expect(notices).toEqual([
      'notice: the caller may not ecs:DescribeServiceDeployments on service/main/web: judging by ecs:DescribeServices alone',
    ]);
  });
});

describe('a deployment that goes badly', () => {
  const stoppedTask: Task = {
    taskArn: arn('task/main/0123456789abcdef'),
    startedBy: 'ecs-svc/2000',
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppingAt: created,
    containers: [{ name: 'web', exitCode: 3, lastStatus: 'STOPPED' }],
  };
  const rolledBack = [
    {
      at: 10_000,
      deployments: [ours({ rolloutState: 'IN_PROGRESS', runningCount: 0, failedTasks: 3 })],
      stoppedTasks: [stoppedTask],
    },
    {
      at: 30_000,
      deployments: [
        ours({
          id: 'ecs-svc/3000',
          taskDefinition: arn('task-definition/web:1'),
          rolloutState: 'COMPLETED',
          createdAt: new Date(created.getTime() + 20_000),
          rolloutStateReason: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1000.',
        }),
      ],
      serviceDeployment: {
        status: 'ROLLBACK_SUCCESSFUL' as const,
        rollback: {
          reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
          serviceRevisionArn: arn('service-revision/main/web/1000'),
        },
      },
    },
  ];

  test('D13: a deployment that the circuit breaker rolls back fails with ROLLED_BACK and names the stopped task', async () => {
    const result = await deploy({ scenes: rolledBack }).done;
    expect(result.exitCode).toBe(1);
    expect(result.error).toMatchObject({
      code: 'ROLLED_BACK',
      summary:
        'web: web:2 is not live: Service deployment rolled back because the circuit breaker threshold was exceeded. (live: web:1)',
    });
    expect(result.error?.details[0]).toMatch(/^task 01234567: .*"?web"?.*exit(ed)?.*3/);
    expect(result.outputs.verdict).toBe('ROLLED_BACK');
  });

  test('D16: another deployment that replaces ours is SUPERSEDED, with its task definition, and red', async () => {
    const other = ours({
      id: 'ecs-svc/9000',
      taskDefinition: arn('task-definition/web:7'),
      createdAt: new Date(created.getTime() + 9000),
      rolloutState: 'IN_PROGRESS',
    });
    const result = await deploy({
      scenes: [
        {
          at: 9000,
          deployments: [other, ours({ status: 'ACTIVE', rolloutState: 'IN_PROGRESS', runningCount: 0 })],
          serviceDeployment: { status: 'STOPPED' },
        },
      ],
    }).done;
    expect(result.error).toMatchObject({
      code: 'SUPERSEDED',
      summary:
        'web: web:2 is not live: superseded by deployment ecs-svc/9000 of web:7; this run deployed web:2',
    });
  });

  test('D17: five active deployments end with TOO_MANY_DEPLOYMENTS and no retry', async () => {
    const error = new LandfallError('REQUEST_REFUSED', {
      summary: 'Unable to update service because 5 active deployments exist',
    });
    const { done, count } = deploy({ updateFails: [{ error, apply: false }] });
    expect((await done).error?.code).toBe('TOO_MANY_DEPLOYMENTS');
    expect(count('ecs:UpdateService')).toBe(1);
  });

  test('D24: a role that may not be passed ends the run at once, and is named', async () => {
    const error = new LandfallError('ROLE_NOT_PASSABLE', {
      summary:
        'ecs:UpdateService needs to pass the role arn:aws:iam::123456789012:role/web-task to ECS, but the caller is not allowed to',
    });
    const { done, count } = deploy({ updateFails: [{ error, apply: false }] });
    expect((await done).error).toMatchObject({ code: 'ROLE_NOT_PASSABLE', summary: error.summary });
    expect(count('ecs:UpdateService')).toBe(1);
  });

  test('D18: events out of order and repeated are printed once each, oldest first', async () => {
    const event = (id: string, seconds: number) => ({
      id,
      createdAt: new Date(created.getTime() + seconds * 1000),
      message: `(service web) event ${id}`,
    });
    const events: Service['events'] = [event('c', 3), event('a', 1), event('b', 2), event('a', 1)];
    const { done, world } = deploy({
      scenes: [
        { at: 3000, service: { events } },
        { at: 15_000, service: { events: [event('d', 1), ...events] } },
        ...live,
      ],
    });
    await done;
    const said = world.host.lines.flatMap((line) => /· event (\w)/.exec(line)?.[1] ?? []);
    expect(said).toEqual(['a', 'b', 'c', 'd']);
  });

  test('D19: an event that holds a runner command is inert', async () => {
    const events = [{ id: 'x', createdAt: created, message: '::add-mask::a\n##[add-mask]b\u001b[31mred' }];
    const { done, world } = deploy({ scenes: [{ at: 1000, service: { events } }, ...live] });
    await done;
    const line = world.host.lines.find((one) => one.includes('add-mask'));
    expect(line).not.toMatch(/(?:^|\n)\s*::|##\[|\u001b/);
  });
});

describe('cancel', () => {
  test('D25: the first signal ends the wait at once with outputs, and nothing more is asked of AWS', async () => {
    const clock = virtualClock({ auto: false });
    const world = fakeWorld({
      inputs: { 'task-definition': 'td.json', service: 'web', cluster: 'main' },
      files: { 'td.json': file('web:2') },
      clock,
      aws: { ecs: scriptedEcs({ clock }) },
    });
    const done = runReported(deployService, world);
    await clock.advance(5000);
    const before = world.requests.length;
    world.host.cancel();
    const result = await done;
    expect(result).toMatchObject({
      exitCode: 130,
      outputs: { verdict: 'CANCELLED', 'deployment-id': 'ecs-svc/2000' },
    });
    expect(result.error?.summary).toBe(
      'web: web:2 is not live: cancelled; deployment ecs-svc/2000 is still in progress',
    );
    expect(world.requests.length).toBe(before);
    expect(clock.elapsed()).toBe(5000);
  });

  test('with on-cancel stop exactly one StopServiceDeployment is sent', async () => {
    const clock = virtualClock({ auto: false });
    const world = fakeWorld({
      inputs: { 'task-definition': 'td.json', service: 'web', cluster: 'main', 'on-cancel': 'stop' },
      files: { 'td.json': file('web:2') },
      clock,
      aws: { ecs: scriptedEcs({ clock }) },
    });
    const done = runReported(deployService, world);
    await clock.advance(5000);
    const before = world.requests.length;
    world.host.cancel();
    const result = await done;
    expect(result.error?.summary).toBe(
      'web: web:2 is not live: cancelled; ECS is stopping deployment ecs-svc/2000 and rolling back',
    );
    expect(world.requests.slice(before)).toEqual([
      {
        operation: 'ecs:StopServiceDeployment',
        input: { serviceDeploymentArn: arn('service-deployment/main/web/2000'), stopType: 'ROLLBACK' },
      },
    ]);
  });
});

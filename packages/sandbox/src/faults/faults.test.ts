import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsFault } from '../api/aws-service.ts';
import { LostReply } from '../protocol/lost-reply.ts';
import { createLocalAws, type Sandbox } from '../sandbox.ts';
import { ecsBench } from '../services/ecs/testing/bench.ts';
import { throttling } from '../services/ecs/throttling.ts';
import { sandboxForTests, sdkOptions } from '../testing/started.ts';
import type { Fault } from './fault.ts';
import { createFaultBook } from './fault-book.ts';
import { createThrottle } from './throttle.ts';

const running = sandboxForTests({ seed: 1 });
let sandbox: Sandbox;
beforeAll(() => {
  sandbox = running();
});
afterEach(() => sandbox.clearFaults());

const describeOnce = (fault: Fault) => {
  sandbox.fault({ service: 'ecr', operation: 'DescribeRepositories', count: 1, fault });
  return new ECRClient(sdkOptions(sandbox)).send(new DescribeRepositoriesCommand({}));
};
const failure = (call: Promise<unknown>) =>
  call.then(
    (answer) => ({ answer }),
    (error) => ({ name: error.name, message: error.message, code: error.code }),
  );
const names = async () => {
  const { repositories } = await new ECRClient(sdkOptions(sandbox)).send(new DescribeRepositoriesCommand({}));
  return repositories!.map(({ repositoryName }) => repositoryName);
};

describe('a fault over HTTP', () => {
  test('error: the code, the message, the status and Retry-After that were requested', async () => {
    sandbox.fault({
      service: 'ecr',
      fault: { kind: 'error', code: 'ServerException', message: 'no', status: 503, retryAfter: 3 },
    });
    const call = new ECRClient(sdkOptions(sandbox)).send(new DescribeRepositoriesCommand({}));
    await expect(call).rejects.toMatchObject({
      name: 'ServerException',
      message: 'no',
      $metadata: { httpStatusCode: 503 },
      $response: { headers: { 'retry-after': '3' } },
    });
  });

  test('an error from STS comes under the name that STS has for it', async () => {
    sandbox.fault({ service: 'sts', fault: { kind: 'error', code: 'ExpiredTokenException' } });
    const call = new STSClient(sdkOptions(sandbox)).send(new GetCallerIdentityCommand({}));
    await expect(call).rejects.toMatchObject({
      name: 'ExpiredToken',
      Code: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('html, empty, null: what the SDK makes of them', async () => {
    expect(await failure(describeOnce({ kind: 'html' }))).toMatchObject({ name: 'SyntaxError' });
    expect(Object.keys(await describeOnce({ kind: 'empty' }))).toEqual(['$metadata']);
    expect(Object.keys(await describeOnce({ kind: 'null' }))).toEqual(['$metadata']);
  });

  test('truncate and reset break the connection', async () => {
    expect(await failure(describeOnce({ kind: 'truncate' }))).toMatchObject({
      message: expect.stringContaining('aborted'),
    });
    expect(await failure(describeOnce({ kind: 'reset', effect: 'none' }))).toMatchObject({
      message: expect.stringContaining('ECONNRESET'),
    });
  });

  test('reset before the effect leaves nothing done, after it leaves all done', async () => {
    const create = (repositoryName: string) =>
      sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
    sandbox.fault({ operation: 'CreateRepository', count: 1, fault: { kind: 'reset', effect: 'none' } });
    await expect(create('before')).rejects.toThrow(LostReply);
    sandbox.fault({
      operation: 'CreateRepository',
      from: 1,
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    await expect(create('after')).rejects.toThrow('The answer to ecr:CreateRepository was lost (reset).');
    expect(await names()).toEqual(['after']);
  });

  test('hang: no answer until the client gives up', async () => {
    sandbox.fault({ service: 'ecr', count: 1, fault: { kind: 'hang' } });
    const call = new ECRClient(sdkOptions(sandbox)).send(new DescribeRepositoriesCommand({}), {
      abortSignal: AbortSignal.timeout(300),
    });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('drip: the whole answer, slowly', async () => {
    sandbox.fault({ service: 'ecr', count: 1, fault: { kind: 'drip', bytes: 200, everyMilliseconds: 5 } });
    expect(await names()).toContain('after');
  });

  test('answer: members replaced, or another answer altogether', async () => {
    expect(await failure(describeOnce({ kind: 'answer', merge: { repositories: [] } }))).toMatchObject({
      answer: { repositories: [] },
    });
    expect(Object.keys(await describeOnce({ kind: 'answer', body: { nextToken: 'x' } }))).toEqual([
      'nextToken',
      '$metadata',
    ]);
  });

  test('stale: the answer of last time', async () => {
    sandbox.fault({
      service: 'ecr',
      operation: 'DescribeRepositories',
      from: 2,
      count: 1,
      fault: { kind: 'stale' },
    });
    const before = await names();
    await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'newest' });
    expect(await names()).toEqual(before);
    expect(await names()).toEqual([...before, 'newest']);
  });

  test('clock: the SDK corrects its signature by the Date of the refusal', async () => {
    sandbox.fault({ service: 'ecr', fault: { kind: 'clock', offsetMilliseconds: -2 * 3_600_000 } });
    const ecr = new ECRClient({ ...sdkOptions(sandbox), maxAttempts: 3 });
    const { $metadata } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect($metadata.attempts).toBe(2);
    expect(
      sandbox
        .journal()
        .slice(-2)
        .map(({ code }) => code),
    ).toEqual(['InvalidSignatureException', undefined]);
  });
});

describe('a fault rule', () => {
  const meets = (rule: Parameters<ReturnType<typeof createFaultBook>['add']>[0], requests: number) => {
    const book = createFaultBook(() => 0.5);
    book.add(rule);
    return Array.from({ length: requests }, () => book.meet('ecs', 'UpdateService').main !== undefined);
  };
  const fault: Fault = { kind: 'hang' };

  test('meets matching requests from the n-th on, N of them', () => {
    expect(meets({ fault }, 3)).toEqual([true, true, true]);
    expect(meets({ from: 2, fault }, 3)).toEqual([false, true, true]);
    expect(meets({ from: 2, count: 1, fault }, 3)).toEqual([false, true, false]);
    expect(meets({ service: 'ecr', fault }, 1)).toEqual([false]);
    expect(meets({ operation: 'CreateService', fault }, 1)).toEqual([false]);
  });

  test('meets a request by chance, drawn from the seed', () => {
    expect(meets({ probability: 0.6, fault }, 1)).toEqual([true]);
    expect(meets({ probability: 0.4, fault }, 1)).toEqual([false]);
  });

  test('that cannot work is refused with the reason', () => {
    const aws = createLocalAws();
    expect(() => aws.fault({ fault: { kind: 'explode' } as never })).toThrow(
      'The fault cannot be used: "fault.kind" is one of error, latency',
    );
    expect(() => aws.fault({ from: 0, fault })).toThrow('"from" is a whole number from 1');
    expect(() => aws.fault({ opertion: 'RunTask', fault } as never)).toThrow(
      '"opertion" is none of service, operation, from, count, probability, fault.',
    );
    expect(() => aws.fault({ fault: { kind: 'hang', milliseconds: 5 } as never })).toThrow(
      'in "fault", "milliseconds" is none of kind, effect.',
    );
  });
});

describe('in virtual time', () => {
  test('latency moves the clock instead of waiting', async () => {
    const aws = createLocalAws({ clock: 'virtual' });
    aws.fault({ fault: { kind: 'latency', milliseconds: 90_000 } });
    await aws.dispatch('sts', 'GetCallerIdentity');
    expect(aws.clock.elapsed()).toBe(90_000);
  });

  test('a bucket of tokens is refilled as time goes by', async () => {
    let now = 0;
    const throttle = createThrottle({ 'ecs:UpdateService': { burst: 2, perSecond: 1 } }, () => now);
    const admit = () => throttle.admit('123456789012/us-east-1', 'ecs', 'UpdateService');
    expect([admit(), admit(), admit()]).toEqual([true, true, false]);
    now = 999;
    expect(admit()).toBe(false);
    now = 1999;
    expect([admit(), admit()]).toEqual([true, false]);
    expect(throttle.admit('123456789012/eu-west-1', 'ecs', 'UpdateService')).toBe(true);
    expect(throttle.admit('123456789012/us-east-1', 'ecs', 'DescribeServices')).toBe(true);
  });

  test("AWS's own buckets hold every operation on services, their deployments and their tasks", () => {
    const { handlers } = ecsBench().service;
    const expected = Object.keys(handlers).filter(
      (name) => /Service|TaskSet|TaskDefinition|Cluster/.test(name) && !/^(Create|Delete)Cluster$/.test(name),
    );
    const throttled = Object.values(throttling).flatMap(({ operations }) => operations);
    expect(throttled).toEqual(expect.arrayContaining(expected));
  });

  test("AWS's own buckets throttle RegisterTaskDefinition by name", async () => {
    const aws = createLocalAws({
      clock: 'virtual',
      limits: { throttling: { 'ecs:RegisterTaskDefinition': { burst: 1, perSecond: 1 } } },
    });
    const register = () =>
      aws.dispatch('ecs', 'RegisterTaskDefinition', {
        family: 'web',
        containerDefinitions: [{ name: 'web', image: 'web:1', memory: 64 }],
      });
    await register();
    await expect(register()).rejects.toEqual(new AwsFault('ThrottlingException', 'Rate exceeded'));
  });
});

describe('the journal', () => {
  test('has every request in order, with its caller, its answer and the fault', async () => {
    const aws = createLocalAws({ clock: 'virtual', seed: 3, enforce: true });
    const first = aws.fault({
      operation: 'DescribeRepositories',
      count: 1,
      fault: { kind: 'reset', effect: 'none' },
    });
    await aws.dispatch('ecr', 'DescribeRepositories', {}).catch(() => {});
    await aws.dispatch('ecr', 'DescribeRepositories', { repositoryNames: ['absent'] }).catch(() => {});
    await aws.dispatch('ecr', 'DescribeRepositories', {}, 'AKIASTRANGER').catch(() => {});
    expect(first.met()).toBe(1);
    expect(
      aws
        .journal()
        .map(({ number, operation, status, code, fault, applied, caller }) => [
          number,
          operation,
          status,
          code,
          fault,
          applied,
          caller,
        ]),
    ).toEqual([
      [1, 'DescribeRepositories', 0, undefined, 'reset', false, undefined],
      [
        2,
        'DescribeRepositories',
        400,
        'RepositoryNotFoundException',
        undefined,
        false,
        'arn:aws:iam::123456789012:user/landfall-admin',
      ],
      [3, 'DescribeRepositories', 400, 'UnrecognizedClientException', undefined, false, undefined],
    ]);
  });

  test('has no secret in it', async () => {
    const aws = createLocalAws({ clock: 'virtual' });
    await aws.dispatch('secretsmanager', 'CreateSecret', { Name: 'db', SecretString: 'hunter2-hunter2' });
    expect(JSON.stringify(aws.journal())).toContain('(15 characters)');
    expect(JSON.stringify(aws.journal())).not.toContain('hunter2');
  });
});

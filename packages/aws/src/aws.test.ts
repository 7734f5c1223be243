import { describe, expect, test } from '@jest/globals';
import { isLandfallError, type LandfallError } from '@landfall/core/errors/landfall-error';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { createAws } from './aws.ts';
import * as scripted from './testing/scripted-server.ts';
import { type Act, scriptedServer } from './testing/scripted-server.ts';
import { never, timeLimitByHand } from './testing/time-limit.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', HOME: '/nowhere' };

/** An AWS whose server plays a script, on a clock whose sleeps take no time. */
const against = (...script: readonly [Act, ...Act[]]) => againstWith({}, ...script);

async function againstWith(options: { attempts?: number }, ...script: readonly [Act, ...Act[]]) {
  const server = await scriptedServer(...script);
  const { timeLimit, pass } = timeLimitByHand();
  server.onSilence(pass);
  const clock = virtualClock();
  const aws = await createAws({
    env: { ...keys, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: server.url },
    clock,
    operation: 'deploy-service',
    version: '1.2.3',
    limits: never,
    timeLimit,
    ...options,
  });
  return { aws, clock, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const failure = async (call: Promise<unknown>): Promise<LandfallError> => {
  try {
    await call;
  } catch (thrown) {
    if (isLandfallError(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('the call succeeded');
};

const service = { serviceName: 'web', status: 'ACTIVE' };
const describeWeb = { cluster: 'production', services: ['web'] };
const updateWeb = { cluster: 'production', service: 'web', forceNewDeployment: true };

describe('a read', () => {
  test('is sent in the AWS protocol, with our user agent, and is counted', async () => {
    await using world = await against(scripted.answers({ services: [service], failures: [] }));
    const answer = await (await world.aws.ecs()).describeServices(describeWeb);
    expect(answer.services).toEqual([service]);
    const [request] = world.server.seen;
    expect(request?.operation).toBe('DescribeServices');
    expect(JSON.parse(request?.body ?? '')).toEqual(describeWeb);
    expect(request?.headers['user-agent']).toMatch(/ landfall\/1\.2\.3 op\/deploy-service$/);
    expect(request?.headers.authorization).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/ecs\/aws4_request/,
    );
    expect(world.aws.calls()).toEqual({ 'ecs:DescribeServices': 1 });
  });

  test.each<[string, Act]>([
    ['reset', scripted.resets],
    ['truncated', scripted.truncates],
    ['a server error', scripted.fails('ServerException', 'Internal', 500)],
    ['a gateway that answers in HTML', scripted.says(502, 'text/html', '<html>Bad Gateway</html>')],
    ['a rate limit', scripted.throttles],
  ])('is retried after %s', async (_name, act) => {
    await using world = await against(act, act, scripted.answers({ services: [service] }));
    const answer = await (await world.aws.ecs()).describeServices(describeWeb);
    expect(answer.services).toEqual([service]);
    expect(world.aws.calls()).toEqual({ 'ecs:DescribeServices': 3 });
  });

  test.each<[string, Act]>([
    ['hangs', scripted.hangs],
    ['drips a byte at a time', scripted.drips],
  ])(
    'D20: a server that %s is left at the time limit of the attempt, and asked again',
    async (_name, act) => {
      await using world = await against(act, scripted.answers({ services: [service] }));
      const answer = await (await world.aws.ecs()).describeServices(describeWeb);
      expect(answer.services).toEqual([service]);
      expect(world.aws.calls()).toEqual({ 'ecs:DescribeServices': 2 });
    },
  );

  test('is attempted as often as the caller has set', async () => {
    await using world = await againstWith({ attempts: 2 }, scripted.throttles);
    const error = await failure((await world.aws.ecs()).describeServices(describeWeb));
    expect(error.summary).toBe('ecs:DescribeServices was throttled 2 times in a row: Rate exceeded');
  });

  test('D20: a truncated answer every time ends as ENDPOINT_UNREACHABLE with the attempts', async () => {
    await using world = await against(scripted.truncates);
    const error = await failure((await world.aws.ecs()).describeServices(describeWeb));
    expect(error).toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      summary: 'the response to ecs:DescribeServices was lost: aborted after 8 attempts',
      applied: 'no',
    });
  });

  test.each<[string, Act, string]>([
    ['null', scripted.says(200, 'application/x-amz-json-1.1', 'null'), 'the field "services" is missing'],
    [
      'an empty body',
      scripted.says(200, 'application/x-amz-json-1.1', ''),
      'the field "services" is missing',
    ],
    ['an empty object', scripted.answers({}), 'the field "services" is missing'],
    ['a text for the list', scripted.answers({ services: 'web' }), '"services" is not a list of objects'],
    [
      'HTML',
      scripted.says(200, 'text/html', '<html>Log in to the guest network</html>'),
      'is not valid JSON',
    ],
  ])('D05: an answer of %s is RESPONSE_INVALID at once, never an empty success', async (_name, act, says) => {
    await using world = await against(act);
    const error = await failure((await world.aws.ecs()).describeServices(describeWeb));
    expect(error.code).toBe('RESPONSE_INVALID');
    expect(error.summary).toContain(says);
    expect(error.remedy).toBe(
      'A proxy or a login page may have answered instead of AWS: check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL.',
    );
    expect(world.aws.calls()).toEqual({ 'ecs:DescribeServices': 1 });
  });

  test('D11: a missing permission fails at once and names the action and the resource', async () => {
    const arn = 'arn:aws:ecs:eu-west-1:123456789012:service/production/web';
    await using world = await against(
      scripted.fails(
        'AccessDeniedException',
        `User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: ecs:DescribeServices on resource: ${arn} because no identity-based policy allows the ecs:DescribeServices action`,
      ),
    );
    const error = await failure((await world.aws.ecs()).describeServices(describeWeb));
    expect(error).toMatchObject({
      code: 'ACCESS_DENIED',
      summary: `the caller lacks ecs:DescribeServices on ${arn}`,
      remedy: `Add ecs:DescribeServices on ${arn} to the IAM role of this job.`,
      facts: {
        operation: 'ecs:DescribeServices',
        code: 'AccessDeniedException',
        action: 'ecs:DescribeServices',
        resource: arn,
        httpStatus: 400,
        requestId: 'request-1',
        region: 'eu-west-1',
      },
    });
    expect(world.aws.calls()).toEqual({ 'ecs:DescribeServices': 1 });
  });

  test('D12: an expired token is CREDENTIALS_EXPIRED at once', async () => {
    await using world = await against(
      scripted.fails('ExpiredTokenException', 'The security token included in the request is expired'),
    );
    const error = await failure((await world.aws.ecs()).describeServices(describeWeb));
    expect(error).toMatchObject({
      code: 'CREDENTIALS_EXPIRED',
      summary:
        'the AWS credentials have expired (ecs:DescribeServices): The security token included in the request is expired',
    });
    expect(world.aws.calls()).toEqual({ 'ecs:DescribeServices': 1 });
  });

  test('D12: when the credentials end is known where the environment says it', async () => {
    const end = '2030-01-01T00:00:00Z';
    const open = (env: Record<string, string>) =>
      createAws({ env, clock: virtualClock(), operation: 'deploy-service', version: '1.2.3' });
    expect((await open({ ...keys, AWS_CREDENTIAL_EXPIRATION: end })).credentialsEnd).toEqual(new Date(end));
    expect((await open(keys)).credentialsEnd).toBeUndefined();
    expect(
      (await open({ ...keys, AWS_PROFILE: 'ci', AWS_REGION: 'eu-west-1', AWS_CREDENTIAL_EXPIRATION: end }))
        .credentialsEnd,
    ).toBeUndefined();
  });

  test('D21: with a clock two hours wrong the second request is signed with the server’s time', async () => {
    const date = new Date(Date.now() + 2 * 3_600_000);
    const headers = { date: date.toUTCString() };
    await using world = await against(
      scripted.fails(
        'InvalidSignatureException',
        'Signature expired: 20300101T000000Z is now earlier than …',
        403,
        headers,
      ),
      scripted.answers({ services: [service] }, headers),
    );
    const answer = await (await world.aws.ecs()).describeServices(describeWeb);
    expect(answer.services).toEqual([service]);
    const hour = (at: number) => String(world.server.seen[at]?.headers['x-amz-date']).slice(0, 11);
    expect(hour(1)).toBe(date.toISOString().replaceAll(/[-:]/g, '').slice(0, 11));
    expect(hour(0)).not.toBe(hour(1));
  });

  test('D21: a clock that cannot be corrected is reported together with the server’s', async () => {
    await using world = await against(
      scripted.fails('InvalidSignatureException', 'Signature expired: …', 403, {
        date: 'Tue, 01 Jan 2030 02:00:00 GMT',
      }),
    );
    const error = await failure((await world.aws.ecs()).describeServices(describeWeb));
    expect(error.code).toBe('CLOCK_SKEWED');
    expect(error.summary).toBe(
      "AWS rejected the signature of ecs:DescribeServices because of its time: the clock here reads 2030-01-01T00:00:00.000Z, AWS's 2030-01-01T02:00:00.000Z (2h apart)",
    );
    expect(world.aws.calls()).toEqual({ 'ecs:DescribeServices': 3 });
  });

  test('is ended by the caller’s signal, and says so', async () => {
    const abort = new AbortController();
    await using world = await against(() => abort.abort());
    const ecs = await world.aws.ecs();
    const error = await failure(ecs.describeServices(describeWeb, { signal: abort.signal }));
    expect(error).toMatchObject({
      code: 'CANCELLED',
      summary: 'ecs:DescribeServices was cancelled',
      applied: 'no',
    });
  });
});

describe('a write without an idempotency token', () => {
  test.each<[string, Act]>([
    ['reset', scripted.resets],
    ['truncated', scripted.truncates],
    ['not answered', scripted.hangs],
    ['dripped', scripted.drips],
    ['answered with a server error', scripted.fails('ServerException', 'Internal', 500)],
    ['answered with HTML', scripted.says(200, 'text/html', '<html></html>')],
    ['answered with nothing', scripted.answers({})],
  ])('D08: that is %s is sent once, and its error says that it may have been applied', async (_name, act) => {
    await using world = await against(act);
    const error = await failure((await world.aws.ecs()).updateService(updateWeb));
    expect(error.applied).toBe('unknown');
    expect(world.aws.calls()).toEqual({ 'ecs:UpdateService': 1 });
  });

  test('D07: RegisterTaskDefinition whose answer is lost is sent once, and may have been applied', async () => {
    await using world = await against(scripted.resets);
    const ecs = await world.aws.ecs();
    const error = await failure(ecs.registerTaskDefinition({ family: 'web', containerDefinitions: [] }));
    expect(error).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', applied: 'unknown' });
    expect(world.aws.calls()).toEqual({ 'ecs:RegisterTaskDefinition': 1 });
  });

  test('that is throttled is sent again, because nothing was done', async () => {
    await using world = await against(scripted.throttles, scripted.throttles, scripted.answers({ service }));
    await (await world.aws.ecs()).updateService(updateWeb);
    expect(world.aws.calls()).toEqual({ 'ecs:UpdateService': 3 });
  });

  test('that is refused was not applied', async () => {
    await using world = await against(scripted.fails('ServiceNotActiveException', 'Service was not ACTIVE.'));
    const error = await failure((await world.aws.ecs()).updateService(updateWeb));
    expect(error).toMatchObject({ code: 'SERVICE_NOT_ACTIVE', applied: 'no' });
  });

  test('that finds no server was not applied, and is retried', async () => {
    const { url } = await closed(await scriptedServer(scripted.hangs));
    const aws = await createAws({
      env: { ...keys, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url },
      clock: virtualClock(),
      operation: 'deploy-service',
      version: '1.2.3',
    });
    const error = await failure((await aws.ecs()).updateService(updateWeb));
    expect(error).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', applied: 'no' });
    expect(error.summary).toMatch(
      /^no connection for ecs:UpdateService in eu-west-1 after 8 attempts: .*ECONNREFUSED/,
    );
  });

  test('D06: RegisterTaskDefinition that meets another registration is left to its caller, who reads back first', async () => {
    const message = 'Too many concurrent attempts to create a new revision of the specified family.';
    await using world = await against(scripted.fails('ClientException', message));
    const ecs = await world.aws.ecs();
    const error = await failure(ecs.registerTaskDefinition({ family: 'web', containerDefinitions: [] }));
    expect(error).toMatchObject({ code: 'THROTTLED', applied: 'no', facts: { message } });
    expect(error.summary).toContain(message);
    expect(world.aws.calls()).toEqual({ 'ecs:RegisterTaskDefinition': 1 });
  });
});

describe('a write with an idempotency token', () => {
  test('T01: RunTask whose answer is lost is sent again with the same token', async () => {
    await using world = await against(
      scripted.resets,
      scripted.answers({ tasks: [{ taskArn: 'a' }], failures: [] }),
    );
    const ecs = await world.aws.ecs();
    await ecs.runTask({ taskDefinition: 'migrate', clientToken: 'token-1' });
    expect(world.server.seen.map(({ body }) => JSON.parse(body).clientToken)).toEqual(['token-1', 'token-1']);
  });

  test('is sent once where the caller gave no token', async () => {
    await using world = await against(scripted.resets);
    const error = await failure((await world.aws.ecs()).runTask({ taskDefinition: 'migrate' }));
    expect(error.applied).toBe('unknown');
    expect(world.aws.calls()).toEqual({ 'ecs:RunTask': 1 });
  });
});

describe('ECR', () => {
  const token = { authorizationData: [{ authorizationToken: 'QVdTOng=', proxyEndpoint: 'https://x' }] };

  test('L15: three throttles are overcome', async () => {
    await using world = await against(
      scripted.throttles,
      scripted.throttles,
      scripted.throttles,
      scripted.answers(token),
    );
    const answer = await (await world.aws.ecr()).getAuthorizationToken({});
    expect(answer.authorizationData).toHaveLength(1);
    expect(world.aws.calls()).toEqual({ 'ecr:GetAuthorizationToken': 4 });
  });

  test('L15: four throttles are THROTTLED, with the attempts', async () => {
    await using world = await against(scripted.throttles);
    const error = await failure((await world.aws.ecr()).getAuthorizationToken({}));
    expect(error).toMatchObject({
      code: 'THROTTLED',
      summary: 'ecr:GetAuthorizationToken was throttled 4 times in a row: Rate exceeded',
      facts: { attempts: 4 },
    });
  });

  test('Public is asked in us-east-1, whatever the region', async () => {
    await using world = await against(
      scripted.answers({ authorizationData: { authorizationToken: 'QVdTOng=' } }),
    );
    await (await world.aws.ecrPublic()).getAuthorizationToken({});
    expect(world.server.seen[0]?.headers.authorization).toContain('/us-east-1/ecr-public/');
  });
});

describe('the other services', () => {
  test('a log is read in the region that is requested', async () => {
    await using world = await against(scripted.answers({ events: [], nextForwardToken: 'f/1' }));
    const logs = await world.aws.logs('eu-central-1');
    await logs.getLogEvents({ logGroupName: '/ecs/web', logStreamName: 's' });
    expect(world.server.seen[0]?.headers.authorization).toContain('/eu-central-1/logs/');
  });

  test('a log stream that does not exist is NOT_FOUND', async () => {
    await using world = await against(
      scripted.fails('ResourceNotFoundException', 'The specified log stream does not exist.'),
    );
    const logs = await world.aws.logs();
    const error = await failure(logs.getLogEvents({ logGroupName: '/ecs/web', logStreamName: 's' }));
    expect(error.code).toBe('NOT_FOUND');
  });

  test('STS answers in XML', async () => {
    await using world = await against(
      scripted.says(
        200,
        'text/xml',
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::012345678901:user/x</Arn><UserId>U</UserId><Account>012345678901</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
      ),
    );
    const identity = await (await world.aws.sts()).getCallerIdentity({});
    expect(identity.Account).toBe('012345678901');
  });

  test('a secret is fetched', async () => {
    await using world = await against(
      scripted.answers({ ARN: 'arn:x', Name: 'db', SecretString: '{"a":"b"}' }),
    );
    const secrets = await world.aws.secretsManager();
    const secret = await secrets.getSecretValue({ SecretId: 'db' });
    expect(secret.SecretString).toBe('{"a":"b"}');
  });
});

describe('a run without a region', () => {
  test('succeeds until a call needs one', async () => {
    const aws = await createAws({
      env: keys,
      clock: virtualClock(),
      operation: 'build-push',
      version: '1.2.3',
    });
    expect((await failure(aws.ecs())).code).toBe('REGION_MISSING');
    expect(() => aws.region).toThrow('no AWS region is configured');
  });
});

/** Closes the server at once: its address then refuses connections. */
async function closed<T extends AsyncDisposable>(resource: T): Promise<T> {
  await resource[Symbol.asyncDispose]();
  return resource;
}

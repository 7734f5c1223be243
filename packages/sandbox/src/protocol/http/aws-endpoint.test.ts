import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient, ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  ECRPUBLICClient,
  GetAuthorizationTokenCommand as PublicTokenCommand,
} from '@aws-sdk/client-ecr-public';
import { CreateClusterCommand, ECSClient, ListAttributesCommand } from '@aws-sdk/client-ecs';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import type { Sandbox } from '../../sandbox.ts';
import { sandboxForTests, sdkOptions } from '../../testing/started.ts';

const running = sandboxForTests({ enforce: true, seed: 1 });
let sandbox: Sandbox;
beforeAll(() => {
  sandbox = running();
});

/** The parts of an SDK error that a program uses. */
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => ({ name: error.name, message: error.message, status: error.$metadata?.httpStatusCode }),
  );

describe('the AWS endpoint, asked by the SDK', () => {
  test('answers with timestamps that the SDK reads as dates, and a request id', async () => {
    const ecr = new ECRClient(sdkOptions(sandbox));
    const before = Date.now();
    const made = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'dated' }));
    expect(made.repository?.createdAt).toBeInstanceOf(Date);
    expect(Math.abs(made.repository!.createdAt!.getTime() - before)).toBeLessThan(5000);
    expect(made.$metadata.requestId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('speaks the query protocol with STS', async () => {
    const sts = new STSClient(sdkOptions(sandbox));
    const { Account, Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
    expect({ Account, Arn }).toEqual({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/landfall-admin',
    });
    expect(UserId).toMatch(/^AIDA[A-Z0-9]{17}$/);
  });

  test('gives a session of a role the policy of the principal that stands for it, and its own ARN', async () => {
    sandbox.addPrincipal({
      accessKeyId: 'ROLETEMPLATE',
      roleArn: 'arn:aws:iam::123456789012:role/deploy',
      policy: { Statement: { Effect: 'Allow', Action: 'ecs:CreateCluster', Resource: '*' } },
    });
    const sts = new STSClient(sdkOptions(sandbox));
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/deploy', RoleSessionName: 'ci' }),
    );
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deploy/ci');
    expect(Credentials!.Expiration!.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    const session = sdkOptions(sandbox, Credentials!.AccessKeyId!, Credentials!.SecretAccessKey!);
    await new ECSClient(session).send(new CreateClusterCommand({ clusterName: 'by-session' }));
    expect(await refusal(new ECRClient(session).send(new DescribeRepositoriesCommand({})))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('gives web identities a session without a signature', async () => {
    const sts = new STSClient({
      ...sdkOptions(sandbox),
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    });
    const { AssumedRoleUser } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: 'arn:aws:iam::123456789012:role/deploy',
        RoleSessionName: 'GitHubActions',
        WebIdentityToken: 'header.payload.signature',
      }),
    );
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions');
    expect(JSON.stringify(sandbox.journal())).not.toContain('header.payload.signature');
  });

  test('has ECR Public in us-east-1 alone', async () => {
    const { authorizationData } = await new ECRPUBLICClient(sdkOptions(sandbox)).send(
      new PublicTokenCommand({}),
    );
    expect(Buffer.from(authorizationData!.authorizationToken!, 'base64').toString()).toMatch(/^AWS:./);
    const elsewhere = new ECRPUBLICClient({ ...sdkOptions(sandbox), region: 'eu-west-1' });
    expect(await refusal(elsewhere.send(new PublicTokenCommand({})))).toMatchObject({
      name: 'UnsupportedCommandException',
    });
  });

  test('keeps what is in one region out of another', async () => {
    await new ECRClient(sdkOptions(sandbox)).send(new CreateRepositoryCommand({ repositoryName: 'at-home' }));
    const elsewhere = new ECRClient({ ...sdkOptions(sandbox), region: 'eu-west-1' });
    const { repositories } = await elsewhere.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([]);
  });
});

describe('the AWS endpoint refuses', () => {
  test('an access key that it does not know', async () => {
    const client = new ECSClient(sdkOptions(sandbox, 'AKIASTRANGER'));
    expect(await refusal(client.send(new CreateClusterCommand({})))).toEqual({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
      status: 400,
    });
    expect(
      await refusal(
        new STSClient(sdkOptions(sandbox, 'AKIASTRANGER')).send(new GetCallerIdentityCommand({})),
      ),
    ).toEqual({
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
      status: 403,
    });
  });

  test('an access key that has expired', async () => {
    sandbox.addPrincipal({ accessKeyId: 'ASIAOLD', expires: Date.now() - 1 });
    const client = new ECSClient(sdkOptions(sandbox, 'ASIAOLD'));
    expect(await refusal(client.send(new CreateClusterCommand({})))).toEqual({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
      status: 400,
    });
  });

  test('a request that the policy does not allow, in words that name the user, the action and the resource', async () => {
    sandbox.addPrincipal({
      accessKeyId: 'AKIAREADER',
      name: 'reader',
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ecr:Describe*', Resource: '*' }],
      },
    });
    const ecr = new ECRClient(sdkOptions(sandbox, 'AKIAREADER'));
    await ecr.send(new DescribeRepositoriesCommand({}));
    expect(await refusal(ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' })))).toEqual({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::123456789012:user/reader is not authorized to perform: ecr:CreateRepository on resource: arn:aws:ecr:us-east-1:123456789012:repository/web because no identity-based policy allows the ecr:CreateRepository action',
      status: 400,
    });
  });

  test('what a policy denies outright, and says so', async () => {
    sandbox.addPrincipal({
      accessKeyId: 'AKIADENIED',
      name: 'denied',
      policy: {
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'logs:*', Resource: '*' },
        ],
      },
    });
    const logs = new CloudWatchLogsClient(sdkOptions(sandbox, 'AKIADENIED'));
    expect(await refusal(logs.send(new DescribeLogGroupsCommand({})))).toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::123456789012:user/denied is not authorized to perform: logs:DescribeLogGroups on resource: arn:aws:logs:us-east-1:123456789012:log-group::log-stream: with an explicit deny in an identity-based policy',
    });
  });

  test('an operation that it does not have', async () => {
    const ecs = new ECSClient(sdkOptions(sandbox));
    const call = ecs.send(new ListAttributesCommand({ targetType: 'container-instance' }));
    expect(await refusal(call)).toEqual({
      name: 'UnknownOperationException',
      message: 'The sandbox has no operation ecs:ListAttributes.',
      status: 400,
    });
  });

  const raw = async (headers: Record<string, string>, body = '{}') => {
    const response = await fetch(sandbox.url, { method: 'POST', headers, body });
    return { status: response.status, answer: await response.json() };
  };
  const target = { 'X-Amz-Target': 'AmazonEC2ContainerServiceV20141113.ListClusters' };
  const scope = `Credential=LANDFALLADMIN/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

  test('a request that is not signed, or signed in a way it cannot read', async () => {
    expect(await raw(target)).toEqual({
      status: 403,
      answer: { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
    });
    expect(await raw({ ...target, Authorization: 'AWS4-HMAC-SHA256 nonsense' })).toMatchObject({
      status: 403,
      answer: { __type: 'IncompleteSignatureException' },
    });
  });

  test('a signature that is older than five minutes', async () => {
    const date = new Date(Date.now() - 6 * 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const { answer } = await raw({
      ...target,
      Authorization: `AWS4-HMAC-SHA256 ${scope}`,
      'X-Amz-Date': date,
    });
    expect(answer).toEqual({
      __type: 'InvalidSignatureException',
      message: expect.stringMatching(
        /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
      ),
    });
  });

  test('a body that is not JSON', async () => {
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const signed = { ...target, Authorization: `AWS4-HMAC-SHA256 ${scope}`, 'X-Amz-Date': date };
    expect(await raw(signed, 'not json')).toMatchObject({ answer: { __type: 'SerializationException' } });
    expect(await raw(signed, '[]')).toMatchObject({ answer: { __type: 'SerializationException' } });
  });

  test('a client that speaks CBOR, in CBOR', async () => {
    const codedeploy = new CodeDeployClient({
      ...sdkOptions(sandbox),
      protocol: new SmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.codedeploy' }),
    });
    // The SDK reads the names of an API's own errors alone.
    expect(await refusal(codedeploy.send(new ListApplicationsCommand({})))).toMatchObject({
      message:
        'The sandbox speaks the JSON and query protocols of AWS, not Smithy RPC v2 CBOR. Let the client use JSON (awsJson1_1).',
      status: 400,
    });
  });

  test('a query API that it does not have', async () => {
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const response = await fetch(sandbox.url, {
      method: 'POST',
      headers: { Authorization: `AWS4-HMAC-SHA256 ${scope}`, 'X-Amz-Date': date },
      body: new URLSearchParams({ Action: 'DescribeApplications', Version: '2010-12-01' }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      '<Code>InvalidAction</Code><Message>The sandbox has no query API of the version &#34;2010-12-01&#34;. It has IAM 2010-05-08, STS 2011-06-15 and Elastic Load Balancing 2015-12-01.</Message>',
    );
    expect(sandbox.journal().at(-1)).toMatchObject({ service: 'unknown', operation: 'DescribeApplications' });
  });

  test('a Host that is not this machine, as a rebinding web page sends it', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const sent = request(
        `${sandbox.url}/_sandbox/health`,
        { headers: { Host: 'evil.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.end();
    });
    expect(status).toBe(403);
  });
});

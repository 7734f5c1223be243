import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { verifyService } from '@landfall/core/operations/verify-service';
import type { RunRecord } from '@landfall/core/record/run-record';
import {
  type Account,
  createService,
  goodContainer,
  goodTask,
  prepareAccount,
  registry,
  role,
  verify,
} from './account.ts';

let account: Account;
beforeAll(async () => {
  account = await prepareAccount();
});
afterAll(() => account.sandbox.close());

/** The good task definition with its one container changed. */
const withContainer = (change: object) => ({
  ...goodTask(account),
  containerDefinitions: [{ ...goodContainer(account), ...change }],
});

const problems = async (taskDefinition: object, inputs: Readonly<Record<string, string>> = {}) => {
  const { result } = await verify(account, taskDefinition, inputs);
  return { code: result.error?.code, details: result.error?.details };
};

const warnings = (result: RunRecord) =>
  result.checks
    .filter(({ state }) => state === 'WARN')
    .map(({ subject, message }) => `${subject} ${message}`);

test('a deployment that can work is green, and every check says what it found', async () => {
  const { result, lines, host } = await verify(account, goodTask(account), { 'ecs-exec': 'false' });
  expect(result.error).toBeUndefined();
  expect(lines).toEqual([
    'info: service',
    'info:   ✓ service web is active in cluster production',
    'info: size',
    'info:   ✓ task 256 / 512 is a valid Fargate size',
    'info: network',
    'info:   ✓ service fits the network mode awsvpc',
    'info: load-balancer',
    'info:   ✓ app:8080 is mapped by the container',
    'info:   ✓ target group web exists, with targets of the type ip',
    'info: image',
    `info:   ✓ app has the image ${registry}/web:1, which exists for linux/amd64`,
    'info: role',
    'info:   ✓ execution role execution exists and trusts ecs-tasks.amazonaws.com',
    'info:   ✓ execution role execution may be passed to ECS by the caller',
    'info:   ✓ task role task exists and trusts ecs-tasks.amazonaws.com',
    'info:   ✓ task role task may be passed to ECS by the caller',
    'info:   ✓ execution role may read the secrets',
    'info:   ✓ execution role may read the parameters',
    'info:   ✓ execution role may write the logs',
    'info:   ✓ execution role may pull the images',
    'info:   ✓ execution role may log in to ECR',
    'info: secret',
    `info:   ✓ app: DB_PASSWORD comes from the key DB_PASSWORD of the secret ${account.secretArn}, which has it`,
    'info:   ✓ app: MODE comes from the parameter /web/mode, which exists',
    'info: log',
    'info:   ✓ log group /ecs/web exists',
    'info: exec',
    'info:   - ECS Exec is neither requested nor enabled',
    'info: web.json on service web: 18 ok, 0 warnings, 0 errors, 1 skipped',
  ]);
  expect(result.outputs.errors).toBe('0');
  expect(host.masks).toEqual(['correct horse', 'battery staple']);
  expect(result.summary[0]).toEqual({
    kind: 'heading',
    text: 'Verified web.json on service web: 18 ok, 0 warnings, 0 errors, 1 skipped',
  });
});

test('nothing is written', async () => {
  const from = account.sandbox.journal().length + 1;
  await verify(account, goodTask(account), { 'ecs-exec': 'true' });
  const asked = new Set(
    account.sandbox.journal(from).map(({ service, operation }) => `${service}:${operation}`),
  );
  expect([...asked].sort()).toEqual([
    'ecr:BatchGetImage',
    'ecs:DescribeServices',
    'elasticloadbalancing:DescribeTargetGroups',
    'iam:GetRole',
    'iam:SimulatePrincipalPolicy',
    'logs:DescribeLogGroups',
    'secretsmanager:GetSecretValue',
    'ssm:GetParameters',
    'sts:GetCallerIdentity',
  ]);
});

test('what could not be asked is an error: an account that throttles does not pass', async () => {
  const { sandbox } = account;
  sandbox.fault({
    service: 'logs',
    fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
  });
  const { result } = await verify(account, goodTask(account), { skip: 'exec' });
  sandbox.clearFaults();
  expect(result.error).toMatchObject({
    code: 'VERIFY_FAILED',
    details: [
      expect.stringMatching(
        /^log: log group \S+ could not be checked: .* → Run this again; skip the check with `skip` if it cannot be done from here\.$/,
      ),
    ],
  });
});

test('without the service most checks cannot be made: that it may not be read is an error', async () => {
  const enforced = await prepareAccount(true);
  const user = enforced.sandbox.addPrincipal({
    policy: {
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'ecs:DescribeServices', Resource: '*' },
      ],
    },
  });
  const { result } = await verify(enforced, goodTask(enforced), {}, user.accessKeyId);
  await enforced.sandbox.close();
  expect(result.error?.details).toEqual([
    'service: service web could not be checked: the caller lacks ecs:DescribeServices → Allow ecs:DescribeServices to the role of this job, or omit `service`.',
  ]);
});

describe('a problem is reported, with what to do', () => {
  test.each<[string, () => object, () => string[]]>([
    [
      'an image that was never pushed',
      () => withContainer({ image: `${registry}/web:2` }),
      () => [
        `image: app needs the image ${registry}/web:2, which does not exist → Push the image first, or correct the reference.`,
      ],
    ],
    [
      'a repository that does not exist',
      () => withContainer({ image: `${registry}/wbe:1` }),
      () => [
        `image: app needs the image ${registry}/wbe:1, which does not exist → Push the image first, or correct the reference.`,
      ],
    ],
    [
      'an image for another platform',
      () => ({ ...goodTask(account), runtimePlatform: { cpuArchitecture: 'ARM64' } }),
      () => [
        `image: app has the image ${registry}/web:1 for linux/amd64, but the task runs on linux/arm64 → Build the image for linux/arm64, or set runtimePlatform to match it.`,
      ],
    ],
    [
      'a role that does not exist',
      () => ({ ...goodTask(account), taskRoleArn: role('tsak') }),
      () => [
        'role: task role tsak does not exist → Create the role, or correct its name in the task definition.',
      ],
    ],
    [
      'a role that ECS may not assume',
      () => ({ ...goodTask(account), taskRoleArn: role('lambda') }),
      () => [
        'role: task role lambda does not trust ecs-tasks.amazonaws.com, so no task can assume it → Allow sts:AssumeRole to the service ecs-tasks.amazonaws.com in its trust policy.',
      ],
    ],
    [
      'no execution role where one is needed',
      () => ({ ...goodTask(account), executionRoleArn: undefined }),
      () => [
        'role: execution role is not set, but ECS reads secrets with it → Set executionRoleArn to a role with the policy AmazonECSTaskExecutionRolePolicy.',
      ],
    ],
    [
      'a key that the secret does not have',
      () => withContainer({ secrets: [{ name: 'TOKEN', valueFrom: `${account.secretArn}:TOKEN::` }] }),
      () => [
        `secret: app: TOKEN comes from the key TOKEN of the secret ${account.secretArn}, which has the keys API_KEY, DB_PASSWORD → Add the key TOKEN to the secret, or correct valueFrom.`,
      ],
    ],
    [
      'a secret that does not exist',
      () =>
        withContainer({
          secrets: [
            { name: 'A', valueFrom: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf' },
          ],
        }),
      () => [
        'secret: app: A comes from the secret arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf, which does not exist in us-east-1 → Create the secret, or correct valueFrom.',
      ],
    ],
    [
      'a parameter that does not exist',
      () => withContainer({ secrets: [{ name: 'A', valueFrom: '/web/none' }] }),
      () => [
        'secret: app: A comes from the parameter /web/none, which does not exist → Create the parameter, or correct valueFrom.',
      ],
    ],
    [
      'a log group that does not exist',
      () =>
        withContainer({ logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs' } } }),
      () => [
        'log: log group /ecs does not exist, so container app could not start → Create the log group, or set awslogs-create-group to "true".',
      ],
    ],
    [
      'a port that the load balancer does not find',
      () => withContainer({ portMappings: [{ containerPort: 80 }] }),
      () => [
        'load-balancer: app:8080 is where the load balancer sends requests, but the container maps port 80 only → Add { "containerPort": 8080 } to the portMappings of container app.',
      ],
    ],
    [
      'a container that the load balancer does not find',
      () => withContainer({ name: 'web' }),
      () => [
        'load-balancer: app:8080 is where the load balancer sends requests, but the task definition has no container app (it has web) → Name the container app, or change the load balancer entry of the service.',
      ],
    ],
    [
      'a host port of its own with awsvpc',
      () => withContainer({ portMappings: [{ containerPort: 8080, hostPort: 80 }] }),
      () => [
        "network: container app maps port 8080 to the host's 80; in the network mode awsvpc both must be the same → Remove hostPort, or set it to 8080.",
      ],
    ],
    [
      'a size that Fargate does not have',
      () => ({ ...goodTask(account), memory: '4096' }),
      () => [
        'size: task 256 / 4096 is not a Fargate size: 256 CPU units cannot be combined with 4096 of memory → Set memory to 512, or 1024 to 2048 in steps of 1024.',
      ],
    ],
  ])('%s', async (_what, taskDefinition, expected) => {
    expect(await problems(taskDefinition())).toEqual({ code: 'VERIFY_FAILED', details: expected() });
  });

  test('an execution role without permissions', async () => {
    const { result } = await verify(account, { ...goodTask(account), executionRoleArn: role('task') });
    expect(result.error?.details).toEqual([
      'role: execution role may not read the parameters: it lacks ssm:GetParameters → Allow ssm:GetParameters on arn:aws:ssm:us-east-1:123456789012:parameter/web/mode to the execution role.',
      'role: execution role may not write the logs: it lacks logs:CreateLogStream, logs:PutLogEvents → Allow logs:CreateLogStream, logs:PutLogEvents on arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web:* to the execution role.',
      'role: execution role may not log in to ECR: it lacks ecr:GetAuthorizationToken → Allow ecr:GetAuthorizationToken on * to the execution role.',
    ]);
    expect(warnings(result)).toEqual([
      `execution role may read the secrets only if the resource policy allows it: it lacks secretsmanager:GetSecretValue`,
      'execution role may pull the images only if the resource policy allows it: it lacks ecr:BatchGetImage, ecr:GetDownloadUrlForLayer',
    ]);
  });

  test('all problems together are reported at once, and the exit code is not 0', async () => {
    const { result } = await verify(account, {
      ...withContainer({ image: `${registry}/web:2`, portMappings: [] }),
      taskRoleArn: role('tsak'),
      cpu: '100',
    });
    expect(result.exitCode).toBe(1);
    expect(result.error?.summary).toBe('web.json on service web would not work: 4 problems');
    expect(result.error?.details.map((line) => line.split(':')[0])).toEqual([
      'size',
      'load-balancer',
      'image',
      'role',
    ]);
    expect(result.outputs.errors).toBe('4');
  });

  test('a service that does not exist', async () => {
    expect(await problems(goodTask(account), { service: 'wbe' })).toEqual({
      code: 'VERIFY_FAILED',
      details: [
        'service: service wbe does not exist in cluster production → Check the names (cluster and service may be swapped), the region and the account.',
      ],
    });
  });

  test('a target group of the wrong type, and one that is gone', async () => {
    const gone = account.targetGroupArn.replace('/web/', '/gone/');
    await createService(account, 'groups', {
      loadBalancers: [account.instanceGroupArn, gone].map((targetGroupArn) => ({
        targetGroupArn,
        containerName: 'app',
        containerPort: 8080,
      })),
    });
    expect((await problems(goodTask(account), { service: 'groups' })).details).toEqual([
      'load-balancer: target group web-instances has targets of the type instance, but the network mode awsvpc needs the type ip → Use a target group of the type ip.',
      `load-balancer: target group gone does not exist → Create it again, or remove it from the service: ${gone}.`,
    ]);
  });

  test('each of the settings that ECS Exec needs', async () => {
    const { details } = await problems(
      {
        ...withContainer({ readonlyRootFilesystem: true, linuxParameters: {} }),
        taskRoleArn: role('execution'),
      },
      { 'ecs-exec': 'true' },
    );
    const actions =
      'ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel';
    expect(details).toEqual([
      'exec: enable-execute-command is disabled for the service, so its tasks start without the ECS Exec agent → Deploy with `enable-execute-command: true`; only tasks started after that can be entered.',
      `exec: task role lacks ${actions} → Allow ${actions} on * to the task role.`,
      'exec: container app has a read-only root file system, and the ECS Exec agent must write to it → Set readonlyRootFilesystem to false.',
    ]);
  });
});

test('what `skip` names is not checked', async () => {
  const { result, lines } = await verify(account, withContainer({ image: `${registry}/web:2` }), {
    skip: 'image, role, exec',
  });
  expect(result.ok).toBe(true);
  expect(lines).toContain('info:   - image skipped, as requested by `skip`');
  expect(result.calls['iam:GetRole']).toBeUndefined();
  expect(result.calls['ecr:BatchGetImage']).toBeUndefined();
});

describe('a caller whose permissions IAM enforces', () => {
  let enforced: Account;
  beforeAll(async () => {
    enforced = await prepareAccount(true);
  });
  afterAll(() => enforced.sandbox.close());

  const names = {
    account: '123456789012',
    cluster: 'production',
    service: 'web',
    secret: 'production/web',
  };
  /** The policy that the operation declares, and that it may pass roles. */
  const statements = () => [
    ...JSON.parse(iamPolicy(verifyService, new Map(Object.entries(names)))).Statement,
    { Effect: 'Allow' as const, Action: 'iam:PassRole', Resource: '*' },
  ];

  test('needs nothing beyond the declared policy', async () => {
    const user = enforced.sandbox.addPrincipal({ policy: { Statement: statements() as never } });
    const { result } = await verify(enforced, goodTask(enforced), { 'ecs-exec': 'false' }, user.accessKeyId);
    expect(result.error).toBeUndefined();
    expect(warnings(result)).toEqual([]);
  });

  test('gets a warning that names the action for each thing it may not read, and no error', async () => {
    const user = enforced.sandbox.addPrincipal({
      policy: { Statement: { Effect: 'Allow', Action: 'ecs:*', Resource: '*' } },
    });
    const { result } = await verify(enforced, goodTask(enforced), {}, user.accessKeyId);
    expect(result.error).toBeUndefined();
    const denied = warnings(result).map((line) => /the caller lacks (\S+)/.exec(line)?.[1]);
    expect(denied).toEqual([
      'elasticloadbalancing:DescribeTargetGroups',
      'ecr:BatchGetImage',
      'iam:GetRole',
      'iam:GetRole',
      'secretsmanager:GetSecretValue',
      'ssm:GetParameters',
      'logs:DescribeLogGroups',
    ]);
    const [first] = result.checks.filter(({ state }) => state === 'WARN');
    expect(first).toEqual({
      area: 'load-balancer',
      subject: 'target group web',
      state: 'WARN',
      message: 'could not be checked: the caller lacks elasticloadbalancing:DescribeTargetGroups on *',
      remedy:
        'Allow elasticloadbalancing:DescribeTargetGroups to the role of this job, so that this can be checked.',
    });
  });

  test('that may not pass a role is told so', async () => {
    const user = enforced.sandbox.addPrincipal({
      policy: {
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'iam:PassRole', Resource: role('task') },
        ],
      },
    });
    const { result } = await verify(enforced, goodTask(enforced), {}, user.accessKeyId);
    expect(result.error?.details).toEqual([
      `role: task role task may not be passed to ECS by the caller → Allow iam:PassRole on ${role('task')} to the role of this job, with iam:PassedToService = ecs-tasks.amazonaws.com.`,
    ]);
  });
});

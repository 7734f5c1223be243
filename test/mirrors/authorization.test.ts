/** What the sandbox asks IAM about each request, compared with AWS's Service Authorization Reference. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalAws, type LocalAws } from '@landfall/sandbox/sandbox';
import { models } from '@landfall/sandbox/services/services';
import { sampleOf } from '@landfall/sandbox/testing/beside-models/sample';
import { canMatch } from '@landfall/toolchain/iam/arn-pattern';
import { actionOf, isKeyOf } from '@landfall/toolchain/iam/reference';

const ecs = 'arn:aws:ecs:us-east-1:123456789012';
const deployment = `${ecs}:service-deployment/main/web/0123456789`;
const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:web-AbCdEf';
const repository = 'arn:aws:ecr:us-east-1:123456789012:repository/web';
const role = 'arn:aws:iam::123456789012:role/web';
const tags = [{ key: 'team', value: 'web' }];

/** Members besides the required ones, or instead of them: what a request is about, and what needs more permissions. */
const inputs: Readonly<Record<string, object>> = {
  'application-autoscaling:RegisterScalableTarget': {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/main/web',
    ScalableDimension: 'ecs:service:DesiredCount',
  },
  'ecs:ContinueServiceDeployment': { serviceDeploymentArn: deployment },
  'ecs:CreateService': { cluster: 'main', tags },
  'ecs:CreateTaskSet': { tags },
  'ecs:DeleteExpressGatewayService': { serviceArn: `${ecs}:service/main/web` },
  'ecs:DescribeExpressGatewayService': { serviceArn: `${ecs}:service/main/web` },
  'ecs:DeleteTaskDefinitions': { taskDefinitions: ['web:1'] },
  'ecs:DescribeServiceDeployments': { serviceDeploymentArns: [deployment] },
  'ecs:DescribeServiceRevisions': { serviceRevisionArns: [`${ecs}:service-revision/main/web/1`] },
  'ecs:DescribeServices': { services: ['web'] },
  'ecs:DescribeTasks': { tasks: ['0123456789abcdef'] },
  'ecs:GetTaskProtection': { tasks: ['0123456789abcdef'] },
  'ecs:ListTagsForResource': { resourceArn: `${ecs}:service/main/web` },
  'ecs:RegisterTaskDefinition': { tags },
  'ecs:RunTask': { tags },
  'ecs:StartTask': { tags },
  'ecs:StopServiceDeployment': { serviceDeploymentArn: deployment },
  'ecs:TagResource': { resourceArn: `${ecs}:service/main/web`, tags },
  'ecs:UntagResource': { resourceArn: `${ecs}:service/main/web`, tagKeys: ['team'] },
  'ecs:UpdateExpressGatewayService': { serviceArn: `${ecs}:service/main/web` },
  'ecs:UpdateTaskProtection': { tasks: ['0123456789abcdef'] },
  'ecr:CreateRepository': {
    tags: [{ Key: 'team', Value: 'web' }],
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: '1234abcd-12ab-34cd-56ef-1234567890ab' },
  },
  'ecr:ListTagsForResource': { resourceArn: repository },
  'ecr:TagResource': { resourceArn: repository },
  'ecr:UntagResource': { resourceArn: repository },
  'ecs:CreateExpressGatewayService': { executionRoleArn: role, infrastructureRoleArn: role, tags },
  'iam:SimulatePrincipalPolicy': { PolicySourceArn: role },
  'sts:AssumeRole': { RoleArn: role },
  'sts:AssumeRoleWithWebIdentity': { RoleArn: role },
  'secretsmanager:GetSecretValue': { SecretId: secret },
  'ssm:GetParameters': { Names: ['/web/mode'] },
};

/** What the reference says and the sandbox does not ask, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'logs:DescribeLogGroups: logs:DescribeLogGroups: is never asked on arn:aws:logs:us-east-1:123456789012:log-group::log-stream:':
    'The reference knows no resource, and AWS names this one when it denies; only * and log-group:* allow either.',
};

let world: LocalAws;
let accessKeyId: string;
beforeAll(() => {
  world = createLocalAws({ clock: 'virtual', enforce: true });
  const policy = { Statement: { Effect: 'Allow' as const, Action: '*', Resource: '*' } };
  ({ accessKeyId } = world.addPrincipal({ policy }));
});
afterAll(() => world.close());

/** What IAM was asked about the least request of an operation, whether or not it was then served. */
async function asked(service: string, operation: string) {
  const model = models[service]!;
  const least = sampleOf(model, model.operations[operation]!.input!);
  const input = { ...(least as object), ...inputs[`${service}:${operation}`] };
  await world.dispatch(service, operation, input, accessKeyId).catch(() => undefined);
  return world.journal().at(-1)!.asked ?? [];
}

async function problemsOf(service: string, operation: string): Promise<readonly string[]> {
  const questions = await asked(service, operation);
  const problems: string[] = [];
  for (const { action, resource, conditions } of questions) {
    const known = await actionOf(action);
    if (!known) {
      problems.push(`${action}: AWS has no such action`);
      continue;
    }
    const { resourceTypes } = known;
    if (
      resourceTypes.length === 0
        ? resource !== '*'
        : !resourceTypes.some(({ arn }) => canMatch(resource, arn))
    )
      problems.push(`${action}: is never asked on ${resource}`);
    for (const { name, required, arn } of resourceTypes)
      if (required && !questions.some((one) => one.action === action && canMatch(one.resource, arn)))
        problems.push(`${action}: is asked on a ${name} as well`);
    for (const key of Object.keys(conditions))
      if (!isKeyOf(key, known)) problems.push(`${action}: a request for it never carries ${key}`);
  }
  return [...new Set(problems)];
}

/** Without a permission that could deny them. */
const free = ['sts:GetCallerIdentity', 'sts:GetSessionToken'];

describe.each(Object.keys(models))('%s: the sandbox asks IAM what AWS asks', (service) => {
  test.each(Object.keys(models[service]!.operations))('%s', async (operation) => {
    const found = await problemsOf(service, operation);
    const named = found.map((problem) => `${service}:${operation}: ${problem}`);
    expect(named.filter((one) => !(one in exceptions))).toEqual([]);
    const isAsked = (await asked(service, operation)).length > 0;
    expect(isAsked).toBe(!free.includes(`${service}:${operation}`));
  });
});

describe('what a request causes is authorized, too', () => {
  const actionsOf = async (service: string, operation: string) =>
    (await asked(service, operation)).map(({ action, resource }) => `${action} on ${resource}`);

  test('the deployments of a service are asked about with the service', async () => {
    expect(await actionsOf('ecs', 'StopServiceDeployment')).toEqual([
      `ecs:StopServiceDeployment on ${ecs}:service/main/web`,
      `ecs:StopServiceDeployment on ${deployment}`,
    ]);
  });

  test('tags and a key of one’s own at the creation of a repository', async () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect((await actionsOf('ecr', 'CreateRepository')).slice(1)).toEqual([
      expect.stringMatching(/^ecr:TagResource on arn:aws:ecr:.*:repository\/.*/),
      `kms:CreateGrant on ${key}`,
      `kms:DescribeKey on ${key}`,
    ]);
  });

  test('a value under a key of one’s own is decrypted in the caller’s name', async () => {
    const KmsKeyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
    await world.dispatch('secretsmanager', 'CreateSecret', { Name: 'locked', SecretString: 'x', KmsKeyId });
    await world.dispatch('secretsmanager', 'GetSecretValue', { SecretId: 'locked' }, accessKeyId);
    const { action, conditions } = world.journal().at(-1)!.asked!.at(-1)!;
    expect(action).toBe('kms:Decrypt');
    expect(conditions['kms:ViaService']).toBe('secretsmanager.us-east-1.amazonaws.com');
  });

  test('who tags what by which tags', async () => {
    const [question] = await asked('ecs', 'TagResource');
    expect(question!.conditions).toMatchObject({
      'aws:RequestTag/team': 'web',
      'aws:TagKeys': ['team'],
      'aws:PrincipalAccount': '123456789012',
      'aws:ResourceAccount': '123456789012',
      'aws:SecureTransport': 'true',
    });
  });
});

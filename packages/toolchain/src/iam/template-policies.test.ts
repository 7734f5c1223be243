import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadOperation } from '@landfall/core/operations/index';
import { canMatch } from './arn-pattern.ts';
import type { Statement } from './policy-problems.ts';
import { templatePolicies } from './template-policies.ts';

const folder = fileURLToPath(new URL('../../../../buildspec/codepipeline/', import.meta.url));
const templates = await readdir(folder);

const statementsOf = async (template: string, role: string) =>
  templatePolicies(await readFile(join(folder, template), 'utf8')).find((one) => one.role === role)!
    .statements;

const allows = (statements: readonly Statement[], action: string, resource: string) =>
  statements.some(
    ({ Action, Resource }) =>
      [Action].flat().includes(action) && [Resource].flat().some((pattern) => canMatch(pattern, resource)),
  );

test('what a template fills in is a wildcard, and an ARN has its form', () => {
  const template = `
Parameters: { Cluster: { Type: String } }
Resources:
  Images: { Type: AWS::ECR::Repository }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - { Effect: Allow, Action: ecr:PutImage, Resource: !GetAtt Images.Arn }
              - Effect: Allow
                Action: ecs:DescribeClusters
                Resource: !Sub arn:\${AWS::Partition}:ecs:\${AWS::Region}:\${AWS::AccountId}:cluster/\${Cluster}
`;
  expect(templatePolicies(template)).toEqual([
    {
      role: 'Role',
      statements: [
        { Effect: 'Allow', Action: 'ecr:PutImage', Resource: 'arn:*:ecr:*:*:repository/Images' },
        { Effect: 'Allow', Action: 'ecs:DescribeClusters', Resource: 'arn:*:ecs:*:*:cluster/*' },
      ],
    },
  ]);
});

describe('the roles of the templates', () => {
  test.each(templates)('%s may use the connection by either name of its service', async (template) => {
    const statements = await statementsOf(template, 'PipelineRole');
    for (const service of ['codeconnections', 'codestar-connections'])
      expect(
        allows(
          statements,
          `${service}:UseConnection`,
          `arn:aws:${service}:us-east-1:123456789012:connection/x`,
        ),
      ).toBe(true);
  });

  /** Occasions that the template's buildspecs do not give rise to, or leave to who changes them. */
  const elsewhere =
    /CODE_DEPLOY|EXTERNAL|secrets-from|`verify`|valueFrom|IAM user|Secrets Manager|Parameter Store|environment files|force-new-deployment|`create`|`service-definition`|suspend/;

  test.each([
    ['pipeline.yml', 'BuildRole', ['ecr-login', 'build-push']],
    ['pipeline.yml', 'DeployRole', ['render-task-definition', 'run-task', 'deploy-service']],
    ['pipeline-ecs-action.yml', 'BuildRole', ['ecr-login', 'build-push']],
  ] as const)('%s: %s may do what its buildspecs run', async (template, role, names) => {
    const statements = await statementsOf(template, role);
    const lacking: string[] = [];
    for (const name of names) {
      const { permissions } = await loadOperation(name);
      for (const { action, resource, when = '' } of permissions)
        if (!elsewhere.test(when) && !/ECR Public/.test(when) && !allows(statements, action, resource))
          lacking.push(`${name}: ${action} on ${resource}`);
    }
    expect(lacking).toEqual([]);
  });
});

import { environmentFilePermission } from '../ecs/permissions.ts';
import { viaService } from '../operation/conditions.ts';
import type { Permission } from '../operation/operation.ts';

const role = 'arn:${Partition}:iam::${Account}:role/${role}';
const secret = 'arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${secret}';

/** To read the values of secrets, which a customer managed key may encrypt. */
export const readSecret = (resource: string, when: string): readonly Permission[] => [
  { action: 'secretsmanager:GetSecretValue', resource, when },
  {
    action: 'kms:Decrypt',
    resource: 'arn:${Partition}:kms:${Region}:${Account}:key/${key}',
    condition: viaService('secretsmanager'),
    when: `${when}, for a secret under a customer managed key`,
  },
];

/** All but the first two are optional: without one, what it would have told is a warning. */
export const verifyPermissions: readonly Permission[] = [
  {
    action: 'ecs:DescribeServices',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
    when: 'when `service` is set',
  },
  {
    action: 'ecs:DescribeTaskDefinition',
    resource: '*',
    when: 'when `task-definition` is a registered one',
  },
  {
    action: 'ecr:BatchGetImage',
    resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${repository}',
    optional: true,
  },
  { action: 'iam:GetRole', resource: role, optional: true },
  { action: 'iam:SimulatePrincipalPolicy', resource: role, optional: true },
  {
    action: 'iam:SimulatePrincipalPolicy',
    resource: 'arn:${Partition}:iam::${Account}:user/*',
    when: 'when the job runs as an IAM user',
    optional: true,
  },
  {
    action: 'secretsmanager:DescribeSecret',
    resource: secret,
    optional: true,
  },
  ...readSecret(secret, 'to check whether the JSON keys in `valueFrom` exist').map((one) => ({
    ...one,
    optional: true,
    onlyWhenNamed: true,
  })),
  {
    action: 'ssm:GetParameters',
    resource: 'arn:${Partition}:ssm:${Region}:${Account}:parameter/${parameter}',
    optional: true,
  },
  environmentFilePermission,
  { action: 'logs:DescribeLogGroups', resource: '*', optional: true },
  {
    action: 'codedeploy:GetDeploymentGroup',
    resource:
      'arn:${Partition}:codedeploy:${Region}:${Account}:deploymentgroup:${codedeploy-application}/${codedeploy-deployment-group}',
    when: 'when the service has the CODE_DEPLOY controller',
    optional: true,
  },
  {
    action: 'codedeploy:GetDeploymentConfig',
    resource: 'arn:${Partition}:codedeploy:${Region}:${Account}:deploymentconfig:*',
    when: 'when the service has the CODE_DEPLOY controller',
    optional: true,
  },
  { action: 'elasticloadbalancing:DescribeTargetGroups', resource: '*', optional: true },
];

/** What an operation needs to verify in addition to its own work, which reads the service and its group itself. */
export const verifyBesidePermissions: readonly Permission[] = verifyPermissions
  .filter(({ action }) => !/^(?:ecs|codedeploy):/.test(action))
  .map((one) => ({ ...one, when: one.when ?? 'when `verify` is true' }));

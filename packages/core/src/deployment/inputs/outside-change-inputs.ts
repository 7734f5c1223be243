import { environmentFilePermission } from '../../ecs/permissions.ts';
import { choice } from '../../inputs/kinds.ts';
import type { Permission } from '../../operation/operation.ts';
import type { OutsideChange } from '../../record/outside-change.ts';

export const onOutsideChange = choice(['deploy', 'warn'], {
  default: 'deploy',
  description:
    'When there is nothing to update, but a tag, a secret, a parameter or an environment file has changed since the running tasks started: `deploy`, so that tasks start with the current values, or `warn` and leave the service as it is. Anything that cannot be compared is a warning, and never a reason to deploy.',
});

export const outsideChangePromise =
  'NOOP means that a new deployment would start the same tasks: a re-pushed tag, or a secret, a parameter or an environment file that has changed since, is deployed (see `on-outside-change`); anything that cannot be compared is a warning.';

export const outsideOutputs = {
  'outside-changes': {
    description:
      'A JSON list of what is outside the task definition (images by tag, secrets, parameters, environment files) and has changed since the running tasks started, or could not be compared: service, kind, name, containers, status (changed, unknown), reason. Checked only if the service already runs the task definition.',
  },
};

export const secrets = 'arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${secret}';

/** To see what has changed outside the task definition. No value is read. */
export const outsidePermissions: readonly Permission[] = [
  {
    action: 'secretsmanager:DescribeSecret',
    resource: secrets,
    when: 'when the task definition takes values from Secrets Manager',
    optional: true,
  },
  {
    action: 'secretsmanager:ListSecretVersionIds',
    resource: secrets,
    when: 'when the task definition takes values from Secrets Manager',
    optional: true,
  },
  {
    action: 'ssm:DescribeParameters',
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html: no resource types
    resource: '*',
    when: 'when the task definition takes values from Parameter Store',
    optional: true,
  },
  environmentFilePermission,
];

/** The value of the output `outside-changes`. */
export const outsideOutput = (outcomes: readonly { readonly outside?: readonly OutsideChange[] }[]) =>
  JSON.stringify(outcomes.flatMap(({ outside = [] }) => outside));

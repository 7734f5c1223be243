/**
 * What an operation on an Express service needs. Express Mode registers the task definition and passes the roles in
 * the caller's name: README of aws-actions/amazon-ecs-deploy-express-service, "IAM Permissions".
 */

import { passRolesTo } from '../../ecs/permissions.ts';
import type { Permission } from '../../operation/operation.ts';
import { outsidePermissions } from '../inputs/outside-change-inputs.ts';
import { forcingPermissions, movedImagePermission, watchPermissions } from '../inputs/permissions.ts';

/** The official action calls the service `service-name`. */
const named = (permissions: readonly Permission[]): readonly Permission[] =>
  permissions.map((one) => ({ ...one, resource: one.resource.replace('${service}', '${service-name}') }));

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service-name}';
const created = 'when the service is to be created';

/** To see what an Express service is set to. */
const describeExpress: Permission = {
  action: 'ecs:DescribeExpressGatewayService',
  resource: service,
};

export const expressPermissions: readonly Permission[] = [
  ...named(watchPermissions),
  ...named(forcingPermissions),
  describeExpress,
  { action: 'ecs:UpdateExpressGatewayService', resource: service },
  { action: 'ecs:CreateExpressGatewayService', resource: service, when: created },
  { action: 'ecs:RegisterTaskDefinition', resource: '*' },
  passRolesTo('ecs-tasks.amazonaws.com'),
  passRolesTo('ecs.amazonaws.com', 'infrastructure-role-arn'),
  {
    action: 'ecs:DescribeClusters',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:cluster/${cluster}',
    when: created,
  },
  {
    action: 'ecs:CreateCluster',
    resource: '*',
    when: 'when the service is to be created in a cluster `default` that does not exist',
  },
  ...['ecs:TagResource', 'ecs:UntagResource'].map((action) => ({
    action,
    resource: service,
    when: 'when `tags` is set',
  })),
  movedImagePermission,
  ...outsidePermissions,
];

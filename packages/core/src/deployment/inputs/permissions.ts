/** What following a deployment needs, for every operation that does. Sources: the ECS service authorization reference. */
import { inCluster, passRolesTo } from '../../ecs/permissions.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import type { Permission } from '../../operation/operation.ts';

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}';
const serviceDeployment =
  'arn:${Partition}:ecs:${Region}:${Account}:service-deployment/${cluster}/${service}/*';
const serviceRevision = 'arn:${Partition}:ecs:${Region}:${Account}:service-revision/${cluster}/${service}/*';

/** IAM is asked about the service as well as its deployments or revisions. */
const onBoth = (permission: Permission): readonly Permission[] => [
  { ...permission, resource: service },
  permission,
];

export const describeRevisions = onBoth({
  action: 'ecs:DescribeServiceRevisions',
  resource: serviceRevision,
  optional: true,
});

export const runningTaskPermissions: readonly Permission[] = [
  { action: 'ecs:ListTasks', resource: '*', condition: inCluster, optional: true },
  {
    action: 'ecs:DescribeTasks',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:task/${cluster}/*',
    optional: true,
  },
];

/** To see whether the newest deployment was stopped or rolled back. */
export const listDeployments: Permission = {
  action: 'ecs:ListServiceDeployments',
  resource: service,
  optional: true,
};

/** To read a service and what it runs. */
export const readPermissions: readonly Permission[] = [
  { action: 'ecs:DescribeServices', resource: service },
  { action: 'ecs:DescribeTaskDefinition', resource: '*' },
];

export const watchPermissions: readonly Permission[] = [
  ...readPermissions,
  listDeployments,
  ...onBoth({ action: 'ecs:DescribeServiceDeployments', resource: serviceDeployment, optional: true }),
  ...onBoth({
    action: 'ecs:StopServiceDeployment',
    resource: serviceDeployment,
    when: 'when `on-cancel` is `stop`, or to roll back',
  }),
  ...describeRevisions,
  ...runningTaskPermissions,
  {
    action: 'logs:GetLogEvents',
    resource: 'arn:${Partition}:logs:${Region}:${Account}:log-group:${log-group}:log-stream:*',
    optional: true,
  },
  { action: 'elasticloadbalancing:DescribeTargetHealth', resource: '*', optional: true },
];

/** To see whether the tag of an image that runs was pushed again, and which platforms an index has. */
export const movedImagePermission: Permission = {
  action: 'ecr:BatchGetImage',
  resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${repository}',
  when: 'when images are named by tag, or ECS reports a digest other than the pushed one',
  optional: true,
};

/** To continue a deployment that waits. */
export const continuePermissions = onBoth({
  action: 'ecs:ContinueServiceDeployment',
  resource: serviceDeployment,
});

/** The mark that keeps a run from forcing a deployment twice. */
export const forcingPermissions: readonly Permission[] = ['ecs:TagResource', 'ecs:UntagResource'].map(
  (action) => ({
    action,
    resource: service,
    when: 'when a deployment is forced, by `force-new-deployment` or `on-outside-change`, or services are rolled back, by `on-failure: rollback`',
    optional: true,
  }),
);

/** To set the count of a service; with another task definition, ECS takes its roles as well. */
export const updateService: Permission = { action: 'ecs:UpdateService', resource: service };

export const updatePermissions: readonly Permission[] = [
  updateService,
  passRolesTo('ecs-tasks.amazonaws.com'),
];

export const watchErrors: readonly ErrorCode[] = [
  'NOT_FOUND',
  'ACCOUNT_MISMATCH',
  'SERVICE_NOT_ACTIVE',
  'CONTROLLER_UNSUPPORTED',
  'ROLLED_BACK',
  'DEPLOYMENT_FAILED',
  'STOPPED',
  'SUPERSEDED',
  'PAUSED',
  'STALLED',
  'TIMED_OUT',
  'VERDICT_UNKNOWN',
];

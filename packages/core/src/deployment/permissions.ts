/** What following a deployment needs, for every operation that does. Sources: the ECS service authorization reference. */
import type { ErrorCode } from '../errors/catalogue.ts';
import type { Permission } from '../operation/operation.ts';

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}';
const serviceDeployment =
  'arn:${Partition}:ecs:${Region}:${Account}:service-deployment/${cluster}/${service}/*';
const serviceRevision = 'arn:${Partition}:ecs:${Region}:${Account}:service-revision/${cluster}/${service}/*';

export const describeRevisions: Permission = {
  action: 'ecs:DescribeServiceRevisions',
  resource: serviceRevision,
  optional: true,
};

export const runningTaskPermissions: readonly Permission[] = [
  { action: 'ecs:ListTasks', resource: '*', optional: true },
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

export const watchPermissions: readonly Permission[] = [
  { action: 'ecs:DescribeServices', resource: service },
  { action: 'ecs:DescribeTaskDefinition', resource: '*' },
  listDeployments,
  { action: 'ecs:DescribeServiceDeployments', resource: serviceDeployment, optional: true },
  {
    action: 'ecs:StopServiceDeployment',
    resource: serviceDeployment,
    when: 'when `on-cancel` is `stop`, or to roll back',
  },
  describeRevisions,
  ...runningTaskPermissions,
  {
    action: 'logs:GetLogEvents',
    resource: 'arn:${Partition}:logs:${Region}:${Account}:log-group:*:log-stream:*',
    optional: true,
  },
  { action: 'elasticloadbalancing:DescribeTargetHealth', resource: '*', optional: true },
  { action: 'sts:GetCallerIdentity', resource: '*', optional: true },
];

/** To see whether the tag of an image that runs was pushed again, and which platforms an index has. */
export const movedImagePermission: Permission = {
  action: 'ecr:BatchGetImage',
  resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/*',
  when: 'when images are named by tag, or ECS tells another digest than was pushed',
  optional: true,
};

/** The mark that keeps a run from forcing a deployment twice. */
export const forcingPermissions: readonly Permission[] = ['ecs:TagResource', 'ecs:UntagResource'].map(
  (action) => ({
    action,
    resource: service,
    when: 'when a deployment is forced, by `force-new-deployment` or `on-outside-change`',
    optional: true,
  }),
);

export const updatePermissions: readonly Permission[] = [
  { action: 'ecs:UpdateService', resource: service },
  {
    action: 'iam:PassRole',
    resource: 'arn:${Partition}:iam::${Account}:role/*',
    condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  },
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

import { inCluster, passRolesTo } from '../ecs/permissions.ts';
import type { Permission } from '../operation/operation.ts';

const arn = (service: string, resource: string) =>
  `arn:\${Partition}:${service}:\${Region}:\${Account}:${resource}`;
const tasks = arn('ecs', 'task/${cluster}/*');

/** The IAM policy of `run-task`. */
export const runTaskPermissions: readonly Permission[] = [
  { action: 'ecs:RunTask', resource: arn('ecs', 'task-definition/${family}:*'), condition: inCluster },
  { action: 'ecs:DescribeTasks', resource: tasks, when: 'unless `wait-for-task-stopped` is `false`' },
  {
    action: 'ecs:DescribeTaskDefinition',
    resource: '*',
  },
  { action: 'ecs:RegisterTaskDefinition', resource: '*', when: 'when `task-definition` is a file' },
  {
    action: 'ecs:DescribeServices',
    resource: arn('ecs', 'service/${cluster}/${service}'),
    when: 'when `service` is set',
  },
  {
    action: 'ecs:StopTask',
    resource: tasks,
    when: 'when `on-cancel`, `on-timeout` or `on-partial-start` is `stop`',
  },
  {
    action: 'ecs:TagResource',
    resource: tasks,
    when: 'when tags are set or propagated',
  },
  {
    action: 'ecs:TagResource',
    resource: arn('ecs', 'task-definition/${family}:*'),
    when: 'when the file holds tags',
  },
  passRolesTo('ecs-tasks.amazonaws.com'),
  {
    action: 'logs:GetLogEvents',
    resource: arn('logs', 'log-group:${log-group}:log-stream:*'),
    optional: true,
  },
  {
    action: 'logs:FilterLogEvents',
    resource: arn('logs', 'log-group:${log-group}'),
    when: 'when logs:GetLogEvents is not allowed',
    optional: true,
  },
];

import { inCluster, passRolesTo, passVolumeRole, registerFilePermissions } from '../ecs/permissions.ts';
import type { Permission } from '../operation/operation.ts';

const arn = (service: string, resource: string) =>
  `arn:\${Partition}:${service}:\${Region}:\${Account}:${resource}`;
const tasks = arn('ecs', 'task/${cluster}/*');

/** To find what an earlier attempt of the run has started, and the cluster. */
const listTasks = (when: string): Permission => ({
  action: 'ecs:ListTasks',
  resource: '*',
  condition: inCluster,
  when,
});

/** To run a task, and to see how it ends. */
const runPermissions = (listWhen: string, tagWhen: string): readonly Permission[] => [
  { action: 'ecs:RunTask', resource: arn('ecs', 'task-definition/${family}:*'), condition: inCluster },
  {
    action: 'ecs:DescribeTasks',
    resource: tasks,
    when: 'unless `wait-for-task-stopped` is `false` and the run has one attempt',
  },
  listTasks(listWhen),
  {
    action: 'ecs:DescribeTaskDefinition',
    resource: '*',
  },
  passRolesTo('ecs-tasks.amazonaws.com'),
  {
    action: 'ecs:StopTask',
    resource: tasks,
    when: 'when `on-cancel`, `on-timeout` or `on-partial-start` is `stop`',
  },
  { action: 'ecs:TagResource', resource: tasks, when: tagWhen },
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

/** The IAM policy of `run-task`. */
export const runTaskPermissions: readonly Permission[] = [
  ...runPermissions(
    'when the run may have had an earlier attempt, or to check the cluster before a file is registered',
    'when tags are set or propagated',
  ),
  ...registerFilePermissions,
  {
    action: 'ecs:DescribeServices',
    resource: arn('ecs', 'service/${cluster}/${service}'),
    when: 'when `service` is set',
  },
  passVolumeRole('managed-ebs-volume'),
];

/** What a task needs whose schedule says how it runs. */
export const scheduledTaskPermissions = runPermissions(
  'when the run may have had an earlier attempt',
  'when the schedule sets or propagates tags',
);

const beforeUpdate = 'when `run-task` is `true`';

/** What a task before an update needs beside the deployment. */
export const taskBeforePermissions: readonly Permission[] = [
  {
    action: 'ecs:RunTask',
    resource: arn('ecs', 'task-definition/${family}:*'),
    condition: inCluster,
    when: beforeUpdate,
  },
  {
    action: 'ecs:DescribeTasks',
    resource: tasks,
    when: 'when `run-task` is `true`, and `wait-for-task-stopped` is too or the run may have had an earlier attempt',
  },
  listTasks('when `run-task` is `true` and there is no service, or the run may have had an earlier attempt'),
  { action: 'ecs:StopTask', resource: tasks, when: 'when `run-task` is `true` and `on-cancel` is `stop`' },
  { action: 'ecs:TagResource', resource: tasks, when: 'when `run-task-tags` is set' },
  passVolumeRole('run-task-managed-ebs-volume'),
];

/** What a task before a wave of a manifest needs alongside the deployment. */
export const beforeWavePermissions: readonly Permission[] = [
  {
    action: 'ecs:RunTask',
    resource: arn('ecs', 'task-definition/${family}:*'),
    condition: inCluster,
    when: 'when tasks run before a wave',
  },
  { action: 'ecs:DescribeTasks', resource: tasks, when: 'when tasks run before a wave' },
  listTasks('when tasks run before a wave and the run may have had an earlier attempt'),
  {
    action: 'ecs:StopTask',
    resource: tasks,
    when: 'when tasks run before a wave and `on-cancel` is `stop`',
  },
  { action: 'ecs:TagResource', resource: tasks, when: 'when a task of the manifest has tags' },
];

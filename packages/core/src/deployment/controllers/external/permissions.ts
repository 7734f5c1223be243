import type { Permission } from '../../../operation/operation.ts';

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}';
const taskSet = 'arn:${Partition}:ecs:${Region}:${Account}:task-set/${cluster}/${service}/*';
const when = 'when the service has the EXTERNAL controller';

const noteUndone: Permission = {
  action: 'ecs:TagResource',
  resource: service,
  when: 'when the service has the EXTERNAL controller, to record what was rolled back',
  optional: true,
};

/** What watching task sets needs. Source of all these: the ECS service authorization reference. */
export const externalWatchPermissions: readonly Permission[] = [
  { action: 'ecs:DescribeTaskSets', resource: taskSet, when },
  {
    action: 'ecs:DeleteTaskSet',
    resource: taskSet,
    when: 'when the service has the EXTERNAL controller and `on-cancel` is `stop`',
  },
  noteUndone,
];

/** What a deployment by task sets needs. CreateTaskSet knows no resource: only a condition confines it to a service. */
export const externalPermissions: readonly Permission[] = [
  { action: 'ecs:CreateTaskSet', resource: '*', condition: { ArnEquals: { 'ecs:service': service } }, when },
  { action: 'ecs:UpdateServicePrimaryTaskSet', resource: service, when },
  { action: 'ecs:DescribeTaskSets', resource: taskSet, when },
  { action: 'ecs:DeleteTaskSet', resource: taskSet, when },
  noteUndone,
];

/** A deployment that is not a rollback notes what it replaces. */
export const replacedPermissions: readonly Permission[] = ['ecs:TagResource', 'ecs:UntagResource'].map(
  (action) => ({
    action,
    resource: service,
    when: 'when the service has the EXTERNAL controller, to note what a new task set replaces while it takes the traffic',
    optional: true,
  }),
);

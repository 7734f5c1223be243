import type { Permission } from '../../operation/operation.ts';

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}';
const taskSet = 'arn:${Partition}:ecs:${Region}:${Account}:task-set/${cluster}/${service}/*';
const when = 'when the service has the EXTERNAL controller';

/** What a deployment by task sets needs beside the rest. Source: the ECS service authorization reference. */
export const externalPermissions: readonly Permission[] = [
  { action: 'ecs:CreateTaskSet', resource: service, when },
  { action: 'ecs:UpdateServicePrimaryTaskSet', resource: service, when },
  { action: 'ecs:DescribeTaskSets', resource: taskSet, when },
  { action: 'ecs:DeleteTaskSet', resource: taskSet, when },
];

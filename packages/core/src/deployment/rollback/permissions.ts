import type { Permission } from '../../operation/operation.ts';
import { movedImagePermission } from '../inputs/permissions.ts';

const tagged = 'when a tag has been re-pushed since the earlier revision was live';

/** Beside what following and updating a service need. Sources: the ECS service authorization reference. */
export const rollbackPermissions: readonly Permission[] = [
  {
    action: 'ecs:TagResource',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
    when: 'to recognize its own rollback when the job is run again',
    optional: true,
  },
  { action: 'ecs:RegisterTaskDefinition', resource: '*', when: tagged },
  {
    action: 'ecs:TagResource',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:task-definition/${family}:*',
    when: `${tagged}, and it has tags`,
  },
  movedImagePermission,
];

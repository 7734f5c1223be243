import type { TaskSet } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../ecs/short-names.ts';

/** What someone has started alongside the version that a rollback has brought back. */
export const startedSince = (sets: readonly TaskSet[]): string =>
  `after this rollback began, someone else started ${sets
    .map((one) => `task set ${one.id} of ${shortTaskDefinition(one.taskDefinition)}`)
    .join(' and ')}; it is left unchanged`;

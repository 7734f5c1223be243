import type { TaskSet } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../ecs/short-names.ts';

/** What someone else has started next to the version that a rollback has restored. */
export const startedSince = (sets: readonly TaskSet[]): string =>
  `after this rollback began, someone else started ${sets
    .map((one) => `task set ${one.id} of ${shortTaskDefinition(one.taskDefinition)}`)
    .join(' and ')}; it is left unchanged`;

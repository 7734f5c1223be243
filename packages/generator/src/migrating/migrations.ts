import type { Migration } from './migration.ts';
import { deployTaskDefinition } from './rows/amazon-ecs-deploy-task-definition.ts';

/** In the order of the index. */
export const migrations: readonly Migration[] = [deployTaskDefinition];

import type { Migration } from './migration.ts';
import { ecrLogin } from './rows/amazon-ecr-login.ts';
import { deployExpressService } from './rows/amazon-ecs-deploy-express-service.ts';
import { deployTaskDefinition } from './rows/amazon-ecs-deploy-task-definition.ts';
import { renderTaskDefinition } from './rows/amazon-ecs-render-task-definition.ts';

/** In the order of the index. */
export const migrations: readonly Migration[] = [
  ecrLogin,
  renderTaskDefinition,
  deployTaskDefinition,
  deployExpressService,
];

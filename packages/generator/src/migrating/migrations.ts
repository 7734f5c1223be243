import type { Migration } from './migration.ts';
import { ecrLogin } from './rows/amazon-ecr-login.ts';
import { deployExpressService } from './rows/amazon-ecs-deploy-express-service.ts';
import { deployTaskDefinition } from './rows/amazon-ecs-deploy-task-definition.ts';
import { renderTaskDefinition } from './rows/amazon-ecs-render-task-definition.ts';
import { awsEcrOrb } from './rows/aws-ecr-orb.ts';
import { awsEcsOrb } from './rows/aws-ecs-orb.ts';
import { copilot } from './rows/copilot.ts';
import { buildPushAction } from './rows/docker-build-push-action.ts';
import { metadataAction } from './rows/docker-metadata-action.ts';
import { ecsDeploy } from './rows/ecs-deploy.ts';
import { ecspresso } from './rows/ecspresso.ts';
import { silOrgEcsDeploy } from './rows/sil-org-ecs-deploy.ts';

/** In the order of the index. */
export const migrations: readonly Migration[] = [
  ecrLogin,
  renderTaskDefinition,
  deployTaskDefinition,
  deployExpressService,
  metadataAction,
  buildPushAction,
  awsEcrOrb,
  awsEcsOrb,
  ecspresso,
  ecsDeploy,
  silOrgEcsDeploy,
  copilot,
];

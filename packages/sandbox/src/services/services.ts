import type { ApiModel } from '../models/model.ts';
import { applicationAutoScaling } from './application-autoscaling/module.ts';
import { codedeploy } from './codedeploy/module.ts';
import { ecr } from './ecr/module.ts';
import { ecrPublic } from './ecr-public/module.ts';
import { ecs } from './ecs/module.ts';
import { elbv2 } from './elbv2/module.ts';
import { iam } from './iam/module.ts';
import { logs } from './logs/module.ts';
import { s3 } from './s3/module.ts';
import { scheduler } from './scheduler/module.ts';
import { secretsManager } from './secrets-manager/module.ts';
import type { ServiceModule } from './shared/service-module.ts';
import { ssm } from './ssm/module.ts';
import { sts } from './sts/module.ts';

/**
 * The APIs of the sandbox, in the order in which they are restored: ECS checks the others, CodeDeploy,
 * EventBridge Scheduler and Application Auto Scaling at ECS.
 */
export const services: readonly ServiceModule[] = [
  logs,
  secretsManager,
  ecr,
  ecrPublic,
  sts,
  iam,
  ssm,
  s3,
  elbv2,
  ecs,
  codedeploy,
  scheduler,
  applicationAutoScaling,
];

/** AWS's models by the name of the API. */
export const models: Readonly<Record<string, ApiModel>> = Object.fromEntries(
  services.flatMap(({ name, requests }) => (requests ? [[name, requests.model]] : [])),
);

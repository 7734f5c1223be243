import { planUpdate } from '../../plan/plan.ts';
import { refuseCodeDeployId, refuseEvent } from '../check-wait-until.ts';
import type { DeploymentController } from '../controller.ts';
import { ecsSteps, readWithStanding } from './deploy.ts';

/** ECS's own controller: rolling, blue/green, linear and canary deployments. */
export const ecs: DeploymentController = {
  ...ecsSteps,
  checkWaitUntil: refuseEvent,
  checkDeploymentId: refuseCodeDeployId,
  read: readWithStanding,
  plan: planUpdate,

  async wait(...given) {
    return (await import('./wait.ts')).waitByEcs(...given);
  },

  async rollBack(...given) {
    return (await import('./roll-back.ts')).rollBackByEcs(...given);
  },

  async rollBackToPrevious(...given) {
    return (await import('./roll-back-to-previous.ts')).rollBackToPreviousByEcs(...given);
  },

  async continue(...given) {
    return (await import('./continue-by-hook.ts')).continueByHook(...given);
  },
};

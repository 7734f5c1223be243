import { LandfallError } from '../../../errors/landfall-error.ts';
import { neverComes, refuseCodeDeployId, refuseEvent } from '../check-wait-until.ts';
import type { DeploymentController } from '../controller.ts';
import { externalSteps } from './deploy.ts';
import { planByTaskSets } from './plan.ts';

/** Task sets that the deploying run makes, and takes to their end. */
export const external: DeploymentController = {
  ...externalSteps,

  checkWaitUntil(service, until) {
    if (until === 'started')
      throw new LandfallError('INPUT_INVALID', {
        summary: `${service} has the EXTERNAL controller: this step drives the rollout itself, so it cannot exit before the rollout completes`,
        remedy: 'Omit `wait-until: started` and `wait-for-service-stability: false`.',
        facts: { service, controller: 'EXTERNAL' },
      });
    refuseEvent(service, until);
    if (until === 'paused' || typeof until === 'object')
      throw neverComes(
        until,
        service,
        until === 'paused'
          ? 'has the EXTERNAL controller, whose deployments never pause'
          : 'has the EXTERNAL controller, whose deployments have no stages',
        'Omit `wait-until`.',
      );
  },

  checkDeploymentId: refuseCodeDeployId,
  read: async (_, target) => target,
  plan: planByTaskSets,

  async wait(...given) {
    return (await import('./wait.ts')).waitForTaskSet(...given);
  },

  async rollBack(run, target, done, options, { count }) {
    return (await import('./roll-back.ts')).rollBackByTaskSets(run, target, done, options, count);
  },

  async rollBackToPrevious(...given) {
    return (await import('./roll-back-to-previous.ts')).rollBackToPreviousByTaskSets(...given);
  },

  async continue(_, { name }) {
    throw new LandfallError('CONTROLLER_UNSUPPORTED', {
      summary: `${name} has the EXTERNAL controller, whose deployments never pause`,
      remedy: 'To resume a task set that a run has left unfinished, run deploy-service again.',
      facts: { service: name, controller: 'EXTERNAL' },
    });
  },
};

import { LandfallError } from '../../../errors/landfall-error.ts';
import { neverComes } from '../check-wait-until.ts';
import type { DeploymentController } from '../controller.ts';
import { codeDeploySteps } from './deploy.ts';
import { planByCodeDeploy } from './plan.ts';
import { prepare } from './prepare.ts';
import { type CodeDeployTarget, withCurrent } from './read/current.ts';

/** AWS CodeDeploy: blue/green deployments of task sets. */
export const codeDeploy: DeploymentController = {
  ...codeDeploySteps,
  idOutput: 'codedeploy-deployment-id',
  prepare,

  checkWaitUntil(service, until) {
    if (typeof until === 'object' && 'stage' in until)
      throw neverComes(
        until,
        service,
        'has the CODE_DEPLOY controller, whose deployments have lifecycle events',
        'Use `codedeploy:<EVENT>`, for example `codedeploy:AfterAllowTraffic`.',
      );
  },

  checkDeploymentId(service, id) {
    if (!id.startsWith('d-'))
      throw new LandfallError('INPUT_INVALID', {
        summary: `deployment-id ${id}: ${service} is deployed by CodeDeploy, whose deployments have ids like d-1A2B3C4D5`,
      });
  },

  read: (access, target: CodeDeployTarget) => withCurrent(target, access.world),
  plan: planByCodeDeploy,

  async wait(run, target: CodeDeployTarget, ...given) {
    return (await import('./wait.ts')).waitByCodeDeploy(run, target, ...given);
  },

  async rollBack(run, target: CodeDeployTarget, done, options, { count }) {
    return (await import('./roll-back.ts')).rollBackByCodeDeploy(run, target, done, options, count);
  },

  async rollBackToPrevious(run, target: CodeDeployTarget, ...given) {
    return (await import('./roll-back-to-previous.ts')).rollBackToPreviousByCodeDeploy(run, target, ...given);
  },

  async continue(run, target: CodeDeployTarget, { hook, action }, options, onFound) {
    const { continueByCodeDeploy, waits } = await import('./continue.ts');
    const wait = waits.find((one) => one === hook);
    if (hook !== undefined && !wait)
      throw new LandfallError('INPUT_INVALID', {
        summary: `hook ${hook}: ${target.name} is deployed by CodeDeploy, whose deployments wait in ${waits.join(' or ')}`,
      });
    const outcome = await continueByCodeDeploy(run, target, { wait, action }, options);
    if (outcome.ours) await onFound(outcome.ours);
    return outcome;
  },
};

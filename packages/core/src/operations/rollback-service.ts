import { openServiceOfAny } from '../deployment/any-controller.ts';
import { asAsked } from '../deployment/as-asked.ts';
import {
  codeDeployFollowInputs,
  codeDeployPermissions,
  codeDeployPlaceInputs,
} from '../deployment/code-deploy/inputs.ts';
import { conclude, deploymentOutputs } from '../deployment/conclude.ts';
import { deployTo } from '../deployment/deploy.ts';
import { externalPermissions } from '../deployment/external/permissions.ts';
import { followTo } from '../deployment/follow.ts';
import { checkFollow, followInputs, followOptionsOf } from '../deployment/follow-inputs.ts';
import { revisionToGoTo } from '../deployment/go-back.ts';
import { lastGoodRevision } from '../deployment/last-good.ts';
import { asRunning, oneServiceInputs } from '../deployment/one-service.ts';
import { primaryAsOurs } from '../deployment/ours.ts';
import { updatePermissions, watchErrors, watchPermissions } from '../deployment/permissions.ts';
import { type Ours, primaryOf, shortTaskDefinition } from '../deployment/rollout.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { defineOperation } from '../operation/operation.ts';
import { isDenied } from '../reading/trouble.ts';

const inputs = {
  ...oneServiceInputs,
  'task-definition': text({
    pattern: patterns.taskDefinition,
    description:
      'The revision to go back to. By default a deployment under way is stopped, and otherwise the last revision that was live and healthy before the present one is deployed. With the EXTERNAL controller that is known only after a deployment by Landfall.',
  }),
  ...followInputs,
  ...codeDeployFollowInputs,
  ...codeDeployPlaceInputs,
};

export const rollbackService = defineOperation({
  name: 'rollback-service',
  title: 'Roll an Amazon ECS service back',
  description:
    'Stops a deployment that is under way, so that ECS rolls back; or else deploys the last revision that was live and healthy, not merely the one with the number before.',
  promises: [
    'Green means that the earlier version is live again.',
    'Only a revision whose deployment once succeeded is gone back to; when there is none, that is an error and nothing is changed.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [...watchPermissions, ...updatePermissions, ...codeDeployPermissions, ...externalPermissions],
  errors: [
    ...watchErrors,
    'ROLLBACK_IMPOSSIBLE',
    'TOO_MANY_DEPLOYMENTS',
    'ROLE_NOT_PASSABLE',
    'OUTCOME_UNKNOWN',
  ],
  branding: { icon: 'rotate-ccw', color: 'orange' },
  check: checkFollow,

  async run(call) {
    const { inputs: given, world } = call;
    const signal = world.host.cancellation;
    let { run, target } = await openServiceOfAny(given, world);
    const { log } = world.host;
    const options = followOptionsOf(given);
    const primary = primaryOf(target.service);
    const arn = target.service.currentServiceDeployment;
    await call.output('service-arn', target.service.serviceArn ?? '');
    const onStarted = async (ours: Ours) => {
      await call.output('task-definition-arn', ours.taskDefinition);
      await call.output('deployment-id', ours.deploymentId);
    };
    const controller = target.service.deploymentController?.type;
    if (controller === 'CODE_DEPLOY' || controller === 'EXTERNAL') {
      const { rollBackToGood } =
        controller === 'CODE_DEPLOY'
          ? await import('../deployment/code-deploy/roll-back-to-good.ts')
          : await import('../deployment/external/roll-back-to-good.ts');
      return conclude(call, [await rollBackToGood(run, target, given.taskDefinition, options, onStarted)]);
    }

    if (given.taskDefinition === undefined && primary?.rolloutState === 'IN_PROGRESS' && arn !== undefined) {
      const startedAt = world.clock.elapsed();
      if (await stop(arn)) {
        log.info(
          `${target.name}: stopping deployment ${primary.id} of ${shortTaskDefinition(primary.taskDefinition)}; ECS rolls back`,
        );
        const begun = { ours: primaryAsOurs(target), arn, registration: asRunning(target), startedAt };
        const outcome = await followTo(run, target, begun, options);
        return conclude(call, [asAsked(outcome)]);
      }
      log.info(`${target.name}: deployment ${primary.id} became live before it could be stopped`);
    }

    const goal = given.taskDefinition ?? (await lastGoodRevision(run.ecs, target, signal));
    if (goal === undefined) {
      throw new LandfallError('ROLLBACK_IMPOSSIBLE', {
        summary: `${target.name} has no earlier deployment that succeeded within the 90 days that ECS remembers`,
        facts: { service: target.name },
      });
    }
    const registration = await revisionToGoTo(run, target.name, goal);
    log.info(
      `${target.name}: rolling back from ${shortTaskDefinition(primary?.taskDefinition)} to ${shortTaskDefinition(registration.arn)}`,
    );
    return conclude(call, [await deployTo(run, target, registration, {}, options, onStarted)]);

    /** False when it has become live since it was read, and is to be taken back like any other. */
    async function stop(serviceDeploymentArn: string): Promise<boolean> {
      try {
        await run.ecs.stopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' }, { signal });
        return true;
      } catch (refused) {
        if (!isLandfallError(refused) || refused.applied !== 'no' || isDenied(refused)) throw refused;
        ({ run, target } = await openServiceOfAny(given, world));
        const now = primaryOf(target.service);
        // It may have been rolled back already: whoever went on from there would take back what was live before.
        if (now?.id !== primary?.id || now?.rolloutState !== 'COMPLETED') throw refused;
        return false;
      }
    }
  },
});

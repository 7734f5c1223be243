import { conclude, deploymentOutputs } from '../deployment/conclude.ts';
import { deployTo, followTo } from '../deployment/deploy.ts';
import { checkFollow, followInputs, followOptionsOf } from '../deployment/follow-inputs.ts';
import { lastGoodRevision } from '../deployment/last-good.ts';
import { asRunning, oneServiceInputs, openService, primaryAsOurs } from '../deployment/one-service.ts';
import { updatePermissions, watchErrors, watchPermissions } from '../deployment/permissions.ts';
import { primaryOf, shortTaskDefinition } from '../deployment/rollout.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  'task-definition': text({
    pattern: patterns.taskDefinition,
    description:
      'The revision to go back to. By default a deployment under way is stopped, and otherwise the last revision that was live and healthy before the present one is deployed.',
  }),
  ...followInputs,
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
  permissions: [...watchPermissions, ...updatePermissions],
  errors: [...watchErrors, 'ROLLBACK_IMPOSSIBLE', 'ROLE_NOT_PASSABLE', 'OUTCOME_UNKNOWN'],
  branding: { icon: 'rotate-ccw', color: 'orange' },
  check: checkFollow,

  async run(call) {
    const { inputs: given, world } = call;
    const signal = world.host.cancellation;
    const { run, target } = await openService(given, world);
    const { log } = world.host;
    const options = followOptionsOf(given);
    const primary = primaryOf(target.service);
    const arn = target.service.currentServiceDeployment;
    await call.output('service-arn', target.service.serviceArn ?? '');

    if (given.taskDefinition === undefined && primary?.rolloutState === 'IN_PROGRESS' && arn !== undefined) {
      const startedAt = world.clock.elapsed();
      await run.ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }, { signal });
      log.info(
        `${target.name}: stopping deployment ${primary.id} of ${shortTaskDefinition(primary.taskDefinition)}; ECS rolls back`,
      );
      const begun = { ours: primaryAsOurs(target), arn, registration: asRunning(target), startedAt };
      const outcome = await followTo(run, target, begun, options);
      if (outcome.verdict !== 'ROLLED_BACK') return conclude(call, [outcome]);
      const { error: _asked, ...done } = outcome;
      return conclude(call, [
        {
          ...done,
          reason: `rolled back, as asked${outcome.live ? `: ${shortTaskDefinition(outcome.live)} is live` : ''}`,
        },
      ]);
    }

    const goal = given.taskDefinition ?? (await lastGoodRevision(run.ecs, target, signal));
    if (goal === undefined) {
      throw new LandfallError('ROLLBACK_IMPOSSIBLE', {
        summary: `${target.name} has no earlier deployment that succeeded within the 90 days that ECS remembers`,
        facts: { service: target.name },
      });
    }
    const { taskDefinition } = await run.ecs.describeTaskDefinition({ taskDefinition: goal }, { signal });
    if (!taskDefinition?.taskDefinitionArn || taskDefinition.status === 'INACTIVE') {
      throw new LandfallError('ROLLBACK_IMPOSSIBLE', {
        summary: `${shortTaskDefinition(goal)} is deregistered (INACTIVE): ECS starts no task of it`,
        facts: { service: target.name, taskDefinition: goal },
      });
    }
    log.info(
      `${target.name}: rolling back from ${shortTaskDefinition(primary?.taskDefinition)} to ${shortTaskDefinition(taskDefinition.taskDefinitionArn)}`,
    );
    await call.output('task-definition-arn', taskDefinition.taskDefinitionArn);
    const registration = { arn: taskDefinition.taskDefinitionArn, taskDefinition, how: 'reused' as const };
    const outcome = await deployTo(run, target, registration, {}, options, async (ours) =>
      call.output('deployment-id', ours.deploymentId),
    );
    return conclude(call, [outcome]);
  },
});

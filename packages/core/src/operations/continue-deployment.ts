import { conclude, deploymentOutputs } from '../deployment/conclude.ts';
import { followTo } from '../deployment/deploy.ts';
import { checkFollow, followInputs, followOptionsOf } from '../deployment/follow-inputs.ts';
import { asRunning, oneServiceInputs, openService, primaryAsOurs } from '../deployment/one-service.ts';
import { watchErrors, watchPermissions } from '../deployment/permissions.ts';
import { findServiceDeployment, readServiceDeployments } from '../deployment/reader.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { choice, text } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  hook: text({
    pattern: { expression: /^[A-Za-z0-9_-][A-Za-z0-9_:/.-]{0,511}$/, rule: 'the id of a lifecycle hook' },
    description: 'The id of the pause hook. By default the only one that waits.',
  }),
  action: choice(['continue', 'rollback'], {
    default: 'continue',
    description: 'What the hook is told: `continue` the deployment, or `rollback`.',
  }),
  ...followInputs,
};

export const continueDeployment = defineOperation({
  name: 'continue-deployment',
  title: 'Continue a paused Amazon ECS deployment',
  description:
    'Tells the pause hook of a deployment to continue or to roll back, and follows the deployment from there.',
  promises: [
    'A service without a deployment that waits is an error, and nothing is sent.',
    'With `action: rollback` a rollback that succeeds is green: it is what was asked for.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [
    ...watchPermissions,
    {
      action: 'ecs:ContinueServiceDeployment',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service-deployment/${cluster}/${service}/*',
    },
  ],
  errors: [...watchErrors, 'NOT_PAUSED'],
  branding: { icon: 'play', color: 'blue' },
  check: checkFollow,

  async run(call) {
    const { inputs: given, world } = call;
    const signal = world.host.cancellation;
    const { run, target } = await openService(given, world);
    const ours = primaryAsOurs(target);
    const arn =
      target.service.currentServiceDeployment ?? (await findServiceDeployment(run.ecs, ours, { signal }));
    const deployment = arn && (await readServiceDeployments(run.ecs, [arn], { signal })).get(arn);
    const waiting =
      (deployment ? deployment.lifecycleHookDetails : undefined)?.filter(
        (hook) => hook.status === 'AWAITING_ACTION',
      ) ?? [];
    const hook = given.hook === undefined ? waiting[0] : waiting.find((one) => one.hookId === given.hook);
    if (!arn || !hook?.hookId) {
      const others = waiting.length > 0 ? ` (waiting: ${waiting.map((one) => one.hookId).join(', ')})` : '';
      throw new LandfallError('NOT_PAUSED', {
        summary: `${target.name} has no deployment that waits${given.hook === undefined ? '' : ` at hook ${given.hook}`}${others}`,
        facts: { service: target.name, waiting: waiting.map((one) => one.hookId) },
      });
    }
    const action = given.action === 'continue' ? 'CONTINUE' : 'ROLLBACK';
    await run.ecs.continueServiceDeployment(
      { serviceDeploymentArn: arn, hookId: hook.hookId, action },
      { signal },
    );
    world.host.log.info(`${target.name}: told hook ${hook.hookId} to ${given.action}`);
    const begun = { ours, arn, registration: asRunning(target), startedAt: world.clock.elapsed() };
    // The answer may come before the hook's state: the pause that was just ended must not end the watch again.
    const options = { ...followOptionsOf(given), waitThroughPause: true };
    const outcome = await followTo(run, target, begun, options);
    const asked = given.action === 'rollback' && outcome.verdict === 'ROLLED_BACK';
    if (!asked) return conclude(call, [outcome]);
    const { error: _asked, ...done } = outcome;
    return conclude(call, [{ ...done, reason: `rolled back, as asked: ${outcome.reason}` }]);
  },
});

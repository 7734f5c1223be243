import { openServiceOfAny } from '../deployment/any-controller.ts';
import {
  codeDeployFollowInputs,
  codeDeployPlaceInputs,
  codeDeployWatchPermissions,
} from '../deployment/code-deploy/inputs.ts';
import { conclude, deploymentOutputs } from '../deployment/conclude.ts';
import { isDown } from '../deployment/down.ts';
import { externalWatchPermissions } from '../deployment/external/permissions.ts';
import { findAsked } from '../deployment/find-asked.ts';
import { followTo } from '../deployment/follow.ts';
import { checkFollow, followInputs, followOptionsOf } from '../deployment/follow-inputs.ts';
import { asRunning, oneServiceInputs, primaryAsOurs } from '../deployment/one-service.ts';
import { type Outcome, outcomeOf } from '../deployment/outcome.ts';
import { watchErrors, watchPermissions } from '../deployment/permissions.ts';
import { isRevision, type Ours, primaryOf, shortTaskDefinition } from '../deployment/rollout.ts';
import type { Run } from '../deployment/run.ts';
import type { Target } from '../deployment/target.ts';
import { isGreen, type Verdict } from '../deployment/verdict.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { defineOperation } from '../operation/operation.ts';
import type { Registration } from '../task-definition/register.ts';

const inputs = {
  ...oneServiceInputs,
  'deployment-id': text({
    pattern: {
      expression: /^(?:ecs-svc\/\d{1,20}|d-[A-Z0-9]{1,40})$/,
      rule: 'a deployment id like ecs-svc/1234567890123456789, or d-1A2B3C4D5 of CodeDeploy',
    },
    description:
      'The deployment that must become live, as a `deploy-service` step printed it. By default the one that is PRIMARY when the step begins; with the CODE_DEPLOY controller the newest in CodeDeploy; with the EXTERNAL controller the newest task set.',
    example: 'ecs-svc/1234567890123456789',
  }),
  'task-definition': text({
    pattern: patterns.taskDefinition,
    description: 'The revision (`family:revision` or ARN) that must be live. Another one is red.',
  }),
  ...followInputs,
  ...codeDeployFollowInputs,
  ...codeDeployPlaceInputs,
};

export const waitForService = defineOperation({
  name: 'wait-for-service',
  title: 'Wait for an Amazon ECS deployment',
  description:
    'Follows a deployment that is already under way to its verdict: after `wait-until: started`, after expired credentials, or from another job.',
  promises: [
    'Nothing is changed, except that `on-cancel: stop` stops the deployment.',
    'Green means that the deployment asked for is live.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [...watchPermissions, ...codeDeployWatchPermissions, ...externalWatchPermissions],
  errors: watchErrors,
  branding: { icon: 'clock', color: 'blue' },
  check: checkFollow,

  async run(call) {
    const { inputs: given, world } = call;
    const { run, target } = await openServiceOfAny(given, world);
    checkId(target, given.deploymentId);
    const waiting = await waitByController();
    if (waiting) return conclude(call, [waiting]);
    const options = followOptionsOf(given);
    const primary = primaryOf(target.service);
    await call.output('service-arn', target.service.serviceArn ?? '');
    const isOther = given.deploymentId !== undefined && primary?.id !== given.deploymentId;
    const other = isOther ? await findAsked(run, target, given.deploymentId!) : undefined;
    const known = judgeAtOnce();
    const registration = other ? await registrationOf(run, other.ours) : asRunning(target);
    const ours = other?.ours ?? { ...primaryAsOurs(target), ...known?.of };
    if (!known || isGreen(known)) await outputDeployment(ours);
    if (known?.kind === 'NOOP' && given.deploymentId === undefined && given.taskDefinition === undefined)
      world.host.log.notice(
        `${target.name}: no deployment is under way; one that was rolled back before this step is not seen. Set \`deployment-id\` or \`task-definition\` to be certain of what must be live.`,
      );
    if (known) return conclude(call, [outcomeOf(known, { ours, registration, milliseconds: 0 })]);
    const startedAt = world.clock.elapsed();
    const arn = other?.arn ?? target.service.currentServiceDeployment;
    return conclude(call, [await followTo(run, target, { ours, arn, registration, startedAt }, options)]);

    async function waitByController(): Promise<Outcome | undefined> {
      const controller = target.service.deploymentController?.type;
      if (controller !== 'CODE_DEPLOY' && controller !== 'EXTERNAL') return undefined;
      await call.output('service-arn', target.service.serviceArn ?? '');
      const wait =
        controller === 'CODE_DEPLOY'
          ? (await import('../deployment/code-deploy/wait.ts')).waitByCodeDeploy
          : (await import('../deployment/external/wait.ts')).waitForTaskSet;
      return await wait(run, target, given, followOptionsOf(given), outputDeployment);
    }

    async function outputDeployment(found: Pick<Ours, 'taskDefinition' | 'deploymentId'>): Promise<void> {
      await call.output('task-definition-arn', found.taskDefinition);
      await call.output('deployment-id', found.deploymentId);
    }

    /** What the PRIMARY deployment alone tells, and of what it tells it. */
    function judgeAtOnce(): (Verdict & { readonly of?: Partial<Ours> }) | undefined {
      const running = other?.ours.taskDefinition ?? primary?.taskDefinition;
      const name = shortTaskDefinition(running);
      const isComplete = primary?.rolloutState === 'COMPLETED';
      const live = isComplete && primary.taskDefinition !== undefined ? { live: primary.taskDefinition } : {};
      if (isOther && !other) {
        return {
          kind: 'SUPERSEDED',
          reason: `deployment ${primary?.id} of ${name} is PRIMARY, and ECS shows nothing of the one asked for`,
          remedy: 'Check the id; a deployment that is not PRIMARY any more was replaced or rolled back.',
          of: { deploymentId: given.deploymentId!, taskDefinition: '' },
          ...live,
        };
      }
      if (given.taskDefinition !== undefined && !isRevision(running, given.taskDefinition)) {
        return {
          kind: 'SUPERSEDED',
          reason: other
            ? `deployment ${given.deploymentId} is of ${name}`
            : `the service ${isComplete ? 'runs' : 'is being set to'} ${name}`,
          remedy: `Deploy ${given.taskDefinition} again if it is to be live, or leave out \`task-definition\`.`,
          of: { taskDefinition: given.taskDefinition },
          ...live,
        };
      }
      return !other && isComplete && !isDown(target.service, primary)
        ? {
            kind: 'NOOP',
            reason: `${name} is live: deployment ${primary?.id} has completed`,
            ...live,
          }
        : undefined;
    }
  },
});

/** What a deployment deploys, which is not what the service runs; its containers say where their logs are. */
async function registrationOf({ ecs, world }: Run, { taskDefinition: arn }: Ours): Promise<Registration> {
  const options = { signal: world.host.cancellation };
  const { taskDefinition = {} } = arn
    ? await ecs.describeTaskDefinition({ taskDefinition: arn }, options)
    : {};
  return { arn, taskDefinition, how: 'reused' };
}

/** CodeDeploy's deployments have ids of their own. */
function checkId({ name, service }: Target, id: string | undefined): void {
  const isByCodeDeploy = service.deploymentController?.type === 'CODE_DEPLOY';
  if (id === undefined || id.startsWith('d-') === isByCodeDeploy) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: isByCodeDeploy
      ? `deployment-id ${id}: ${name} is deployed by CodeDeploy, whose deployments have ids like d-1A2B3C4D5`
      : `deployment-id ${id}: ${name} is not deployed by CodeDeploy; its deployments have ids like ecs-svc/1234567890123456789`,
  });
}

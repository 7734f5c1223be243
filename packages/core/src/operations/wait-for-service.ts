import { externalWatchPermissions } from '../deployment/controllers/external/permissions.ts';
import { asRunning } from '../deployment/controllers/open-ecs-service.ts';
import { openServiceOfAny } from '../deployment/controllers/open-service.ts';
import { followTo } from '../deployment/follow/follow-deployment.ts';
import type { Run } from '../deployment/follow/run.ts';
import {
  codeDeployFollowInputs,
  codeDeployPlaceInputs,
  codeDeployWatchPermissions,
} from '../deployment/inputs/codedeploy-inputs.ts';
import { oneServiceInputs } from '../deployment/inputs/one-service-inputs.ts';
import { watchErrors, watchPermissions } from '../deployment/inputs/permissions.ts';
import { checkFollow, followInputs, followOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { type Outcome, outcomeOf } from '../deployment/report/outcome.ts';
import { conclude, deploymentOutputs } from '../deployment/report/publish-outcomes.ts';
import type { Ours } from '../deployment/rollout/rollout.ts';
import { type Chosen, chooseDeployment } from '../deployment/service/choose-deployment.ts';
import type { Target } from '../deployment/service/read-service-targets.ts';
import { isGreen } from '../deployment/verdict/verdict.ts';
import { settleTime } from '../ecs/eventual-consistency.ts';
import { within } from '../ecs/write-once.ts';
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
      'The deployment that must become live, as a `deploy-service` step printed it. By default the newest of the service, in whatever state it is; one that is over already is waited on for half a minute, in case a newer one does not show yet.',
    example: 'ecs-svc/1234567890123456789',
  }),
  'task-definition': text({
    pattern: patterns.taskDefinition,
    description:
      'The revision (`family:revision` or ARN) that must be live: its newest deployment is followed. Another one is red.',
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
    'Green means that the deployment asked for is live, or the newest where none was asked for. One that was stopped or rolled back is red however old it is; `task-definition` accepts what is live.',
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
    await call.output('service-arn', target.service.serviceArn ?? '');
    let chosen = await chooseDeployment(run, target, given);
    let outcome = await followChosen(chosen);
    // Green at once, by reads that may be behind a newer one; or replaced by another one of the revision asked for.
    while (given.deploymentId === undefined && !chosen.verdict) {
      const isEarly = world.clock.elapsed() - run.startedAt < settleTime && outcome.verdict === 'SUCCEEDED';
      if (!(given.taskDefinition === undefined ? isEarly : outcome.verdict === 'SUPERSEDED')) break;
      const before = chosen;
      const again = async () => {
        const found = await chooseDeployment(run, before.target, given);
        return found.ours.deploymentId === before.ours.deploymentId ? undefined : found;
      };
      // The list may be behind the service, which shows that something has replaced it.
      const newer = await (isEarly ? again() : within(world.clock, world.host.cancellation, again));
      if (!newer) break;
      chosen = newer;
      outcome = await followChosen(chosen);
    }
    return conclude(call, [outcome]);

    async function followChosen({ ours, arn, verdict, isOver, target: found }: Chosen): Promise<Outcome> {
      if (!verdict || isGreen(verdict)) await outputDeployment(ours);
      const isLive = ours.taskDefinition === target.taskDefinition?.taskDefinition.taskDefinitionArn;
      const registration = isLive || verdict ? asRunning(target) : await registrationOf(run, ours);
      if (verdict) return outcomeOf(verdict, { ours, registration, milliseconds: 0 });
      const begun = { ours, arn, registration, startedAt: world.clock.elapsed() };
      const options = followOptionsOf(given);
      const until = isOver && options.until === 'started' ? 'completed' : options.until;
      return followTo(run, found, begun, { ...options, until });
    }

    async function waitByController(): Promise<Outcome | undefined> {
      const controller = target.service.deploymentController?.type;
      if (controller !== 'CODE_DEPLOY' && controller !== 'EXTERNAL') return undefined;
      await call.output('service-arn', target.service.serviceArn ?? '');
      const wait =
        controller === 'CODE_DEPLOY'
          ? (await import('../deployment/controllers/codedeploy/wait.ts')).waitByCodeDeploy
          : (await import('../deployment/controllers/external/wait.ts')).waitForTaskSet;
      return await wait(run, target, given, followOptionsOf(given), outputDeployment);
    }

    async function outputDeployment(found: Pick<Ours, 'taskDefinition' | 'deploymentId'>): Promise<void> {
      await call.output('task-definition-arn', found.taskDefinition);
      await call.output('deployment-id', found.deploymentId);
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

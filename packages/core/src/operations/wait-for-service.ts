import { conclude, deploymentOutputs } from '../deployment/conclude.ts';
import { followTo } from '../deployment/deploy.ts';
import { checkFollow, followInputs, followOptionsOf } from '../deployment/follow-inputs.ts';
import { asRunning, oneServiceInputs, openService, primaryAsOurs } from '../deployment/one-service.ts';
import { outcomeOf } from '../deployment/outcome.ts';
import { watchErrors, watchPermissions } from '../deployment/permissions.ts';
import { primaryOf, shortTaskDefinition } from '../deployment/rollout.ts';
import type { Verdict } from '../deployment/verdict.ts';
import { text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  'deployment-id': text({
    pattern: { expression: /^ecs-svc\/\d{1,20}$/, rule: 'a deployment id like ecs-svc/1234567890123456789' },
    description:
      'The deployment that must become live, as a `deploy-service` step printed it. By default the one that is PRIMARY when the step begins.',
    example: 'ecs-svc/1234567890123456789',
  }),
  'task-definition': text({
    pattern: patterns.taskDefinition,
    description: 'The revision (`family:revision` or ARN) that must be live. Another one is red.',
  }),
  ...followInputs,
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
  permissions: watchPermissions,
  errors: watchErrors,
  branding: { icon: 'clock', color: 'blue' },
  check: checkFollow,

  async run(call) {
    const { inputs: given, world } = call;
    const { run, target } = await openService(given, world);
    const primary = primaryOf(target.service);
    const ours = primaryAsOurs(target);
    const registration = asRunning(target);
    await call.output('service-arn', target.service.serviceArn ?? '');
    const known = judgeAtOnce();
    if (known) return conclude(call, [outcomeOf(known, { ours, registration, milliseconds: 0 })]);
    await call.output('task-definition-arn', ours.taskDefinition);
    await call.output('deployment-id', ours.deploymentId);
    const startedAt = world.clock.elapsed();
    const begun = { ours, arn: target.service.currentServiceDeployment, registration, startedAt };
    return conclude(call, [await followTo(run, target, begun, followOptionsOf(given))]);

    function judgeAtOnce(): Verdict | undefined {
      const name = shortTaskDefinition(primary?.taskDefinition);
      if (given.deploymentId !== undefined && primary?.id !== given.deploymentId) {
        return {
          kind: 'SUPERSEDED',
          reason: `deployment ${primary?.id} of ${name} is PRIMARY, not ${given.deploymentId}`,
          live: primary?.taskDefinition ?? '',
        };
      }
      if (given.taskDefinition !== undefined && !isRevision(primary?.taskDefinition, given.taskDefinition)) {
        return {
          kind: 'SUPERSEDED',
          reason: `the service runs ${name}, not ${given.taskDefinition}`,
          live: primary?.taskDefinition ?? '',
        };
      }
      return primary?.rolloutState === 'COMPLETED'
        ? {
            kind: 'NOOP',
            reason: `${name} is live: deployment ${primary.id} has completed`,
            live: primary.taskDefinition ?? '',
          }
        : undefined;
    }
  },
});

/** `web:3` and its ARN are the same; `web` is any revision of the family. */
const isRevision = (arn: string | undefined, asked: string) => {
  const short = shortTaskDefinition(arn);
  return arn === asked || short === asked || short.slice(0, short.lastIndexOf(':')) === asked;
};

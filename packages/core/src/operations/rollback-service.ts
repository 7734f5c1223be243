import { suspensionPermissions, withScaling } from '../auto-scaling/suspension.ts';
import { externalPermissions } from '../deployment/controllers/external/permissions.ts';
import { openService } from '../deployment/controllers/open-service.ts';
import {
  codeDeployFollowInputs,
  codeDeployPermissions,
  codeDeployPlaceInputs,
} from '../deployment/inputs/codedeploy-inputs.ts';
import {
  movedImagePermission,
  updatePermissions,
  watchErrors,
  watchPermissions,
} from '../deployment/inputs/permissions.ts';
import { checkFollow, followInputs, waitOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { deploymentOutputs, publishOutcomes } from '../deployment/report/publish-outcomes.ts';
import type { TrackedDeployment } from '../deployment/rollout/rollout.ts';
import { passRolesTo } from '../ecs/permissions.ts';
import { oneServiceInputs } from '../inputs/common.ts';
import { text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { defineOperation, type Permission } from '../operation/operation.ts';

const tagged = 'when a tag has been re-pushed since the earlier revision was live';

/** Besides what following and updating a service need. Sources: the ECS service authorization reference. */
const rollbackPermissions: readonly Permission[] = [
  {
    action: 'ecs:TagResource',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
    when: 'to recognize its own rollback when the job is run again',
    optional: true,
  },
  { action: 'ecs:RegisterTaskDefinition', resource: '*', when: tagged },
  {
    action: 'ecs:TagResource',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:task-definition/${family}:*',
    when: `${tagged}, and it has tags`,
  },
  movedImagePermission,
];

const inputs = {
  ...oneServiceInputs,
  'task-definition': text({
    pattern: patterns.taskDefinition,
    description:
      'The revision to roll back to. By default, a deployment in progress is stopped; otherwise, the version that was live just before the current one first became live is deployed. With the EXTERNAL controller, that version is known only after a deployment by Landfall.',
  }),
  ...followInputs,
  ...codeDeployFollowInputs,
  ...codeDeployPlaceInputs,
};

export const rollbackService = defineOperation({
  name: 'rollback-service',
  title: 'Roll an Amazon ECS service back',
  description:
    'Stops a deployment in progress, so that ECS rolls back; otherwise deploys the version that was live just before the current one first became live, not merely the previous revision number.',
  promises: [
    'Green means that the earlier version is live again, with the image digests it had, and that nothing of the later one is running.',
    'It only rolls back to a revision whose deployment once succeeded; if there is none, that is an error and nothing is changed.',
    'A rollback in progress is followed. If the same job runs again, it does nothing more; a service that was already rolled back, no matter by whom, is refused with what is live and how to go further back.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [
    ...watchPermissions,
    ...updatePermissions,
    ...rollbackPermissions,
    ...suspensionPermissions,
    { ...passRolesTo('ecs.amazonaws.com'), when: 'when the earlier version had an EBS volume' },
    ...codeDeployPermissions,
    ...externalPermissions,
  ],
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
    const { inputs: given } = call;
    const { run, target, controller } = await openService({ ...given, withTags: true }, call);
    await call.output('service-arn', target.service.serviceArn ?? '');
    const onStarted = async (ours: TrackedDeployment) => {
      await call.output('task-definition-arn', ours.taskDefinition);
      await call.output('deployment-id', ours.deploymentId);
    };
    const options = waitOptionsOf(given);
    const { value, left } = await withScaling(run, [target], false, () =>
      controller.rollBackToPrevious(run, target, given.taskDefinition, options, onStarted),
    );
    await publishOutcomes(call, [value]);
    if (left) throw left;
  },
});

import { checkAllowedAccount } from '../account/allowed-account.ts';
import { defineOperation } from '../operation/operation.ts';
import { runTaskInputs, runTaskOutputs } from '../run-task/inputs.ts';
import { runTaskPermissions } from '../run-task/permissions.ts';
import { planRun } from '../run-task/plan.ts';
import { runPlanned } from '../run-task/run.ts';
import { checkCluster, readRunTarget, revisionOf } from '../run-task/target.ts';
import { checkLaunchVolume } from '../task-definition/launch-volume.ts';
import { readTaskDefinitionInput } from '../task-definition/load/wanted-task-definition.ts';

export const runTask = defineOperation({
  name: 'run-task',
  title: 'Run an Amazon ECS task',
  description:
    'Runs a one-off task, such as a migration, streams its log, and fails if its essential container fails.',
  promises: [
    'Green means that exactly `count` tasks were started, that the container that does the work exited with code 0, and that the task ended because an essential container did or, if that container is not essential, is still running. That container is the one named by `container`, the only essential one, or the only essential one whose command is overridden. If none of these applies, every essential container must exit with 0.',
    'ECS does not report the order in which containers ended: if another essential container also ended by itself, or a restart policy may have hidden a failure, a warning says so.',
    'On failure, the log and the summary show the container, its exit code, the reason given by ECS and the last lines of its log.',
    'If the step is repeated within one attempt of a run, it finds the task it started and does not start a second one. A new attempt starts a task again, unless that of an earlier one has not ended: then it follows that.',
    'On cancel, the step ends within a second and reports which task is still running; with `on-cancel: stop` it asks ECS to stop it first.',
  ],
  inputs: runTaskInputs,
  outputs: runTaskOutputs,
  permissions: runTaskPermissions,
  errors: [
    'NOT_FOUND',
    'ACCOUNT_MISMATCH',
    'SERVICE_NOT_ACTIVE',
    'TASKDEF_INVALID',
    'ROLE_NOT_PASSABLE',
    'PLACEMENT_FAILED',
    'TASK_FAILED',
    'TASK_UNKNOWN',
    'TIMED_OUT',
    'CONFLICT',
    'OUTCOME_UNKNOWN',
  ],
  branding: { icon: 'play-circle', color: 'blue' },
  check: (given) => [
    ...(given.launchType !== undefined && given.capacityProviderStrategy !== undefined
      ? [
          {
            input: 'capacity-provider-strategy',
            problem: 'and launch-type are mutually exclusive: set only one of them',
          },
        ]
      : []),
    ...checkLaunchVolume('managed-ebs-volume', given.managedEbsVolumeName, given.managedEbsVolume),
  ],

  async run(call) {
    const { inputs: given, world } = call;
    if (given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
    const target = await readRunTarget(await readTaskDefinitionInput(given.taskDefinition, world), world);
    const planned = await planRun(given, target, world);
    if (given.service === undefined && target.kind === 'file') await checkCluster(given.cluster, world);
    const revision = await revisionOf(target, world);
    await call.output('task-definition-arn', revision);
    await runPlanned(call, target, planned, revision);
  },
});

import type { RunTaskRequest, TaskOverride } from '@aws-sdk/client-ecs';
import { checkAllowedAccount } from '../account/allowed-account.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { text } from '../inputs/kinds.ts';
import { invalidInputs, parseInputs } from '../inputs/parse-inputs.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { runTaskInputs, runTaskOutputs } from '../run-task/inputs.ts';
import { scheduledTaskPermissions } from '../run-task/permissions.ts';
import { planRun } from '../run-task/plan.ts';
import { runPlanned } from '../run-task/run.ts';
import { readRunTarget } from '../run-task/target.ts';
import { readInput } from '../schedules/compare.ts';
import { readSchedule } from '../schedules/open-schedules.ts';
import { runTaskRequestOf } from '../schedules/schedule.ts';
import type { World } from '../world/world.ts';

const name = {
  expression: /^[0-9A-Za-z_.-]{1,64}$/,
  rule: 'at most 64 letters, digits, -, _ and .',
};

const inputs = {
  schedule: text({
    required: true,
    pattern: name,
    description: 'The schedule of EventBridge Scheduler whose task to run.',
    example: 'nightly',
  }),
  'schedule-group': text({
    pattern: name,
    description:
      'The group of the schedule. By default, `default`; those of a manifest are in `landfall-<manifest>-<environment>`.',
    example: 'landfall-shop-production',
  }),
  container: runTaskInputs.container,
  region: runTaskInputs.region,
  'allowed-account-ids': runTaskInputs['allowed-account-ids'],
  id: runTaskInputs.id,
  'wait-for-task-stopped': runTaskInputs['wait-for-task-stopped'],
  'wait-timeout': runTaskInputs['wait-timeout'],
  'stream-logs': runTaskInputs['stream-logs'],
  'on-cancel': runTaskInputs['on-cancel'],
  'on-timeout': runTaskInputs['on-timeout'],
  'on-partial-start': runTaskInputs['on-partial-start'],
};

const outputs = runTaskOutputs;

const inGroup = 'arn:${Partition}:scheduler:${Region}:${Account}:schedule/${schedule-group}/${schedule}';

export const runScheduledTask = defineOperation({
  name: 'run-scheduled-task',
  title: 'Run the task of a schedule now',
  description:
    'Runs the task of a schedule of Amazon EventBridge Scheduler now, as the schedule would: the same revision, overrides, network and number of tasks. It streams the log, and fails if the essential container fails.',
  promises: [
    'Green means what it means for `run-task`: that as many tasks as the schedule has were started, and that the container that does the work exited with code 0.',
    'Everything that runs is read from the schedule in AWS, whatever is in the repository; the caller needs the permissions that the role of the schedule has. The schedule is not changed, and a disabled one runs too.',
    'If the step is repeated within one attempt of a run, it finds the task it started and does not start a second one.',
  ],
  inputs,
  outputs,
  permissions: [{ action: 'scheduler:GetSchedule', resource: inGroup }, ...scheduledTaskPermissions],
  errors: [
    'NOT_FOUND',
    'ACCOUNT_MISMATCH',
    'ROLE_NOT_PASSABLE',
    'PLACEMENT_FAILED',
    'TASK_FAILED',
    'TASK_UNKNOWN',
    'TIMED_OUT',
    'CONFLICT',
    'OUTCOME_UNKNOWN',
  ],
  branding: { icon: 'clock', color: 'blue' },

  async run(call) {
    const { inputs: given, world, record, output } = call;
    if (given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
    const { request, overrides } = await readScheduledTask(given, world);
    const { cluster = '', taskDefinition = '', count = 1, ...rest } = request;
    const { launchType, capacityProviderStrategy, platformVersion, networkConfiguration, ...more } = rest;
    const target = await readRunTarget({ kind: 'registered', name: taskDefinition }, world);
    if (target.kind !== 'registered') throw new Error('what is registered is read as such');
    const { taskDefinitionArn: revision = taskDefinition } = target.taskDefinition;
    const asRunTask = parseInputs(
      runTaskInputs,
      new Map([
        ['task-definition', taskDefinition],
        ['cluster', cluster],
      ]),
    );
    const merged = {
      ...asRunTask,
      ...given,
      cluster,
      count,
      containerOverrides: overrides.containerOverrides,
    };
    const settings = { launchType, capacityProviderStrategy, platformVersion, networkConfiguration };
    const planned = await planRun(merged, target, world, {
      operation: 'run-scheduled-task',
      prefix: `schedule ${given.schedule}: `,
      step: JSON.stringify([given.scheduleGroup, given.schedule, request, overrides]),
      service: settings,
    });
    const wanted = { ...planned.wanted, settings, overrides, request: more };
    await output('task-definition-arn', revision);
    await runPlanned({ inputs: merged, world, record, output }, target, { ...planned, wanted }, revision);
  },
});

/** What the schedule would start. @throws NOT_FOUND, INPUT_INVALID */
async function readScheduledTask(
  {
    schedule,
    scheduleGroup = 'default',
  }: Pick<Call<typeof inputs, typeof outputs>['inputs'], 'schedule' | 'scheduleGroup'>,
  { aws, host }: World,
): Promise<{ readonly request: Partial<RunTaskRequest>; readonly overrides: TaskOverride }> {
  const scheduler = await aws.scheduler();
  const found = await readSchedule(scheduleGroup, schedule, scheduler, { signal: host.cancellation });
  if (!found)
    throw new LandfallError('NOT_FOUND', {
      summary: `schedule ${schedule} was not found in the group ${scheduleGroup} (region ${aws.region})`,
      remedy:
        'Check `schedule`, `schedule-group` and the region. Schedules of a manifest are in `landfall-<manifest>-<environment>`.',
      facts: { schedule, group: scheduleGroup },
    });
  const { Target: target = { Arn: undefined, RoleArn: undefined }, State } = found;
  if (!target.EcsParameters)
    throw invalidInputs([
      { input: 'schedule', problem: `is ${schedule}, which does not start a task of ECS but ${target.Arn}` },
    ]);
  if (State === 'DISABLED') host.log.notice(`schedule ${schedule} is disabled, and its task runs now`);
  return { request: runTaskRequestOf(target), overrides: readInput(target.Input) };
}

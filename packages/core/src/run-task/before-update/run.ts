import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import type { ValuesOf } from '../../inputs/input.ts';
import type { Call } from '../../operation/operation.ts';
import type { WantedTaskDefinition } from '../../task-definition/load/wanted-task-definition.ts';
import type { Registration } from '../../task-definition/register.ts';
import type { runTaskInputs, runTaskOutputs } from '../inputs.ts';
import { type PlannedRun, planRun } from '../plan.ts';
import { runPlanned } from '../run.ts';
import { type RunTarget, readRunTarget } from '../target.ts';
import type { taskBeforeInputs } from './inputs.ts';

type RunTaskCall = Call<typeof runTaskInputs, typeof runTaskOutputs>;

/** What a deployment is given, as far as the task before it goes by that. */
interface Given extends ValuesOf<typeof taskBeforeInputs> {
  readonly cluster: string;
  readonly service: string | undefined;
  readonly services: readonly { readonly service: string }[] | undefined;
  readonly enableEcsManagedTags: boolean | undefined;
  readonly onCancel: 'leave' | 'stop';
}

export interface TaskBefore {
  readonly source: WantedTaskDefinition;
  readonly inputs: RunTaskCall['inputs'];
  readonly target: RunTarget;
  readonly planned: PlannedRun;
}

/**
 * The task that runs before the update, with everything checked that can be wrong with it.
 * @param longest milliseconds to wait for its end
 * @throws INPUT_INVALID, NOT_FOUND …
 */
export async function planTaskBefore(
  given: Given,
  source: WantedTaskDefinition,
  longest: number,
  world: RunTaskCall['world'],
): Promise<TaskBefore> {
  const inputs = taskInputs(given, longest);
  const target = await readRunTarget(source, world);
  const step = given.service ?? given.services?.map(({ service }) => service).join() ?? '';
  const asking = { operation: 'deploy-service', prefix: 'run-task-', step } as const;
  return { source, inputs, target, planned: await planRun(inputs, target, world, asking) };
}

/** Those of run-task. */
function taskInputs(given: Given, longest: number): RunTaskCall['inputs'] {
  const { runTaskSubnets: subnets, runTaskSecurityGroups: securityGroups } = given;
  const { runTaskCapacityProviderStrategy: providers } = given;
  const strategy = providers?.length ? providers : undefined;
  return {
    taskDefinition: '',
    cluster: given.cluster,
    service: undefined,
    container: given.runTaskContainer,
    command: undefined,
    environment: undefined,
    containerOverrides: given.runTaskContainerOverrides,
    taskRole: undefined,
    count: 1,
    region: undefined,
    allowedAccountIds: undefined,
    subnets,
    securityGroups,
    assignPublicIp: given.runTaskAssignPublicIp ?? (subnets || securityGroups ? 'DISABLED' : undefined),
    launchType: strategy ? undefined : (given.runTaskLaunchType ?? 'FARGATE'),
    capacityProviderStrategy: strategy,
    platformVersion: undefined,
    managedEbsVolumeName: given.runTaskManagedEbsVolumeName,
    managedEbsVolume: given.runTaskManagedEbsVolume,
    group: undefined,
    tags: given.runTaskTags,
    propagateTags: undefined,
    enableEcsManagedTags: given.enableEcsManagedTags,
    enableExecuteCommand: undefined,
    startedBy: given.runTaskStartedBy,
    id: undefined,
    waitForTaskStopped: given.waitForTaskStopped,
    waitTimeout: longest,
    streamLogs: true,
    onCancel: given.onCancel,
    onTimeout: 'leave',
    onPartialStart: 'leave',
  };
}

/** Runs it; what it fails with says that nothing was updated. @throws TASK_FAILED, PLACEMENT_FAILED, TIMED_OUT … */
export async function runTaskBefore(
  { world, record }: Pick<RunTaskCall, 'world' | 'record'>,
  { inputs, target, planned }: TaskBefore,
  { arn }: Registration,
  onStarted: (arns: readonly string[]) => Promise<void>,
): Promise<void> {
  const call: RunTaskCall = {
    inputs,
    world,
    record,
    output: async (name, value) => {
      if (name === 'task-arns') await onStarted(JSON.parse(value) as readonly string[]);
    },
  };
  try {
    await runPlanned(call, target, planned, arn);
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    const { summary, remedy, facts, applied } = error;
    const details = [...error.details, 'no service was updated'];
    throw new LandfallError(error.code, { summary, remedy, details, facts, applied, cause: error });
  }
}

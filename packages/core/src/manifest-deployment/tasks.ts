import type { RunTaskRequest, Service } from '@aws-sdk/client-ecs';
import type { Run } from '../deployment/follow/run.ts';
import { primaryTaskSet } from '../ecs/task-sets.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { parseInputs } from '../inputs/parse-inputs.ts';
import type { Recorder } from '../record/recorder.ts';
import type { TaskRecord } from '../record/run-results.ts';
import { runTaskInputs } from '../run-task/inputs.ts';
import { type PlannedRun, planRun } from '../run-task/plan.ts';
import { runPlanned } from '../run-task/run.ts';
import { type RunTarget, readRunTarget } from '../run-task/target.ts';
import type { World } from '../world/world.ts';
import type { WantedTask } from './selection.ts';
import type { ManifestService } from './services.ts';

type RunTaskValues = ValuesOf<typeof runTaskInputs>;

/** A task before a wave, with everything checked that can be wrong with it. */
export interface ManifestTask {
  readonly key: string;
  readonly wanted: WantedTask;
  readonly target: RunTarget;
  readonly planned: PlannedRun;
  readonly inputs: RunTaskValues;
}

export interface TaskEnd {
  readonly key: string;
  readonly arns: readonly string[];
  readonly error?: LandfallError;
}

/**
 * @param service whose settings hold for the task unless it has its own: as the manifest wants it, over what it has
 * @throws INPUT_INVALID
 */
export async function planManifestTask(
  wanted: WantedTask,
  service: Pick<ManifestService, 'wanted' | 'target'>,
  { environment, onCancel }: { readonly environment: string; readonly onCancel: 'leave' | 'stop' },
  world: World,
): Promise<ManifestTask> {
  const { key, cluster, overrides, task } = wanted;
  const { launchType, capacityProviderStrategy, platformVersion, networkConfiguration, ...request } = task;
  const inputs: RunTaskValues = {
    ...parseInputs(
      runTaskInputs,
      new Map([
        ['task-definition', key],
        ['cluster', cluster],
        ['on-cancel', onCancel],
      ]),
    ),
    containerOverrides: overrides?.containerOverrides,
  };
  const target = await readRunTarget(wanted.source, world);
  const planned = await planRun(inputs, target, world, {
    operation: 'deploy-manifest',
    prefix: `task ${key}: `,
    // What runs is part of it: another version in the same attempt of a run is another task.
    step: JSON.stringify([environment, key, wanted.source, overrides, task]),
    service: {
      ...launchPart(primaryTaskSet(service.target.service) ?? service.target.service),
      ...launchPart(service.wanted.service),
      ...launchPart({ launchType, capacityProviderStrategy, platformVersion, networkConfiguration }),
    },
  });
  return {
    key,
    wanted,
    target,
    inputs,
    planned: {
      ...planned,
      wanted: {
        ...planned.wanted,
        overrides: merged(overrides, planned.wanted.overrides),
        request: requestOf(request),
      },
    },
  };
}

type Launch = Pick<
  Service,
  'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'networkConfiguration'
>;

/** What is set of how and where tasks start. Launch type and capacity provider strategy exclude each other. */
function launchPart({
  launchType,
  capacityProviderStrategy,
  platformVersion,
  networkConfiguration,
}: Partial<Record<keyof Launch, undefined>> | Launch): Launch {
  return {
    ...(launchType && { launchType, capacityProviderStrategy: [] }),
    ...(capacityProviderStrategy?.length && { capacityProviderStrategy }),
    ...(platformVersion && { platformVersion }),
    ...(networkConfiguration && { networkConfiguration }),
  };
}

/** The containers are those that were checked. */
const merged = (
  given: WantedTask['overrides'],
  checked: PlannedRun['wanted']['overrides'],
): PlannedRun['wanted']['overrides'] => (given || checked ? { ...given, ...checked } : undefined);

const requestOf = (request: Partial<RunTaskRequest>) =>
  Object.keys(request).length > 0 ? request : undefined;

/** Runs it to its end. Never rejects. @param longest milliseconds */
export async function runManifestTask(
  { world, startedAt }: Run,
  record: Recorder,
  { key, inputs, target, planned }: ManifestTask,
  revision: string,
  {
    timeout = inputs.waitTimeout,
    jobTimeout = Number.POSITIVE_INFINITY,
  }: { readonly timeout?: number | undefined; readonly jobTimeout?: number | undefined },
): Promise<TaskEnd> {
  const left = startedAt + jobTimeout - 60_000 - world.clock.elapsed();
  let arns: readonly string[] = [];
  try {
    if (left <= 0)
      throw new LandfallError('TIMED_OUT', {
        summary: `task ${key} was not started: the job ends within a minute`,
        remedy: 'Raise `job-timeout` and the time limit of the job.',
      });
    await runPlanned(
      {
        inputs: { ...inputs, waitTimeout: Math.min(timeout, left) },
        world,
        record,
        output: async (name, value) => {
          if (name === 'task-arns') arns = JSON.parse(value) as readonly string[];
        },
      },
      target,
      planned,
      revision,
    );
    return { key, arns };
  } catch (thrown) {
    const error = asLandfallError(thrown);
    world.host.log.error(`✗ task ${key}: ${error.summary}`);
    return { key, arns, error };
  }
}

/** Each task of a run notes itself alone; the record keeps all of them. */
export function keepingTasks(record: Recorder): Recorder {
  const tasks: TaskRecord[] = [];
  return {
    ...record,
    note: (results) => {
      tasks.push(...(results.tasks ?? []));
      record.note(results.tasks ? { ...results, tasks: [...tasks] } : results);
    },
  };
}

import type { Service } from '@aws-sdk/client-ecs';
import { clientTokenOf, mayBeRepeated, startedByOf } from '../ecs/client-token.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { type InputProblem, invalidInputs } from '../inputs/parse-inputs.ts';
import { checkVolumeOf } from '../task-definition/launch-volume.ts';
import type { World } from '../world/world.ts';
import type { runTaskInputs } from './inputs.ts';
import { overridesFor } from './overrides.ts';
import { isFargate, type LaunchSettings, launchSettings } from './service-settings.ts';
import type { TaskOperation, TaskToRun } from './start.ts';
import { type RunTarget, readService } from './target.ts';

type RunTaskValues = ValuesOf<typeof runTaskInputs>;

export interface PlannedRun {
  readonly wanted: Omit<TaskToRun, 'taskDefinition'>;
  /** The container whose exit code decides; undefined where every essential one has to end with 0. */
  readonly decisive: string | undefined;
  /** By `startedBy`, an earlier attempt of this run may have started the same and have left it in progress. */
  readonly mayBeInProgress: boolean;
  readonly operation: TaskOperation;
}

/** The operation that runs the task. */
interface Asking {
  readonly operation: TaskOperation;
  /** Before the names of its inputs. */
  readonly prefix: string;
  /** Whose settings are taken, where it is known already. */
  readonly service?: Service | undefined;
  /** Tells its tasks of one job apart, beside what runs. */
  readonly step?: string;
}

/** Fargate takes nothing else; ECS says so only when the task definition is registered. */
function checkFargate(
  { launchType, capacityProviderStrategy }: RunTaskValues,
  settings: LaunchSettings,
  { family, networkMode = 'bridge', cpu, memory }: RunTarget,
): readonly InputProblem[] {
  if (!isFargate(settings.launchType, settings.capacityProviderStrategy)) return [];
  const lacks = [
    ...(networkMode === 'awsvpc' ? [] : [`the network mode ${networkMode}`]),
    ...(cpu === undefined ? ['no cpu'] : []),
    ...(memory === undefined ? ['no memory'] : []),
  ];
  const input = launchType
    ? 'launch-type'
    : capacityProviderStrategy
      ? 'capacity-provider-strategy'
      : 'service';
  const problem = `is for Fargate, which needs the network mode awsvpc and the cpu and memory of the task: ${family} has ${lacks.join(' and ')}`;
  return lacks.length > 0 ? [{ input, problem }] : [];
}

/** Everything that can be wrong with the wish is found here, before anything is registered or started. */
export async function planRun(
  given: RunTaskValues,
  target: RunTarget,
  world: World,
  { operation, prefix, step: ownStep, service: known }: Asking = { operation: 'run-task', prefix: '' },
): Promise<PlannedRun> {
  const refuse = (problems: readonly InputProblem[]) => {
    if (problems.length === 0) return;
    throw invalidInputs(problems.map((one) => ({ ...one, input: `${prefix}${one.input}` })));
  };
  const overrides = overridesFor({ ...given, endsUnseen: !given.waitForTaskStopped }, target.containers);
  const volume =
    operation === 'deploy-manifest'
      ? []
      : checkVolumeOf('managed-ebs-volume', given.managedEbsVolume && given.managedEbsVolumeName, target);
  if (!overrides.ok) throw refuse([...overrides.problems, ...volume]);
  refuse(volume);
  const service =
    given.service === undefined ? known : await readService(given.service, given.cluster, world);
  const settings = launchSettings(given, service, target.networkMode);
  refuse(checkFargate(given, settings, target));
  const givenNetwork = given.subnets ?? given.securityGroups ?? given.assignPublicIp;
  if (target.networkMode === 'awsvpc' && settings.networkConfiguration === undefined) {
    const orService = operation === 'run-task' ? ', or a service to take them from' : '';
    refuse([
      {
        input: 'subnets',
        problem: `must be set${orService}: ${target.family} uses the network mode awsvpc`,
      },
    ]);
  }
  if (target.networkMode !== 'awsvpc' && givenNetwork !== undefined) {
    refuse([
      {
        input: given.subnets ? 'subnets' : given.securityGroups ? 'security-groups' : 'assign-public-ip',
        problem: `must not be set: ${target.family} uses the network mode ${target.networkMode ?? 'bridge'}, which takes no network configuration`,
      },
    ]);
  }
  const { run } = world.host;
  const step = given.id
    ? ['id', given.id]
    : [
        'what',
        given.cluster,
        target.family,
        overrides.decisive ?? '',
        JSON.stringify(given.command ?? null),
        run.step ?? '',
        ...(ownStep === undefined ? [] : [ownStep]),
      ];
  return {
    wanted: {
      cluster: given.cluster,
      clientToken: clientTokenOf(run, [operation, ...step]),
      startedBy: given.startedBy ?? startedByOf(run, [operation, ...step]),
      count: given.count,
      settings,
      overrides: overrides.overrides,
      volume: given.managedEbsVolume
        ? { name: given.managedEbsVolumeName, managedEBSVolume: given.managedEbsVolume }
        : undefined,
      group: given.group,
      tags: given.tags,
      propagateTags: given.propagateTags,
      enableEcsManagedTags: given.enableEcsManagedTags,
      enableExecuteCommand: given.enableExecuteCommand,
    },
    decisive: overrides.decisive,
    mayBeInProgress: given.startedBy === undefined && mayBeRepeated(run),
    operation,
  };
}

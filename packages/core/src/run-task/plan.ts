import { clientTokenOf, startedByOf } from '../ecs/client-token.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import type { World } from '../world/world.ts';
import type { runTaskInputs } from './inputs.ts';
import { overridesFor } from './overrides.ts';
import type { TaskToRun } from './request.ts';
import { launchSettings } from './service-settings.ts';
import { type RunTarget, readService } from './target.ts';

type RunTaskValues = ValuesOf<typeof runTaskInputs>;

export interface PlannedRun {
  readonly wanted: Omit<TaskToRun, 'taskDefinition'>;
  /** The container whose exit code decides; undefined where every essential one has to end with 0. */
  readonly decisive: string | undefined;
}

/** Everything that can be wrong with the wish is found here, before anything is registered or started. */
export async function planRun(given: RunTaskValues, target: RunTarget, world: World): Promise<PlannedRun> {
  const overrides = overridesFor({ ...given, endsUnseen: !given.waitForTaskStopped }, target.containers);
  if (!overrides.ok) throw invalidInputs(overrides.problems);
  const service =
    given.service === undefined ? undefined : await readService(given.service, given.cluster, world);
  const settings = launchSettings(given, service, target.networkMode);
  const givenNetwork = given.subnets ?? given.securityGroups ?? given.assignPublicIp;
  if (target.networkMode === 'awsvpc' && settings.networkConfiguration === undefined) {
    throw invalidInputs([
      {
        input: 'subnets',
        problem: `must be set, or a service to take them from: ${target.family} uses the network mode awsvpc`,
      },
    ]);
  }
  if (target.networkMode !== 'awsvpc' && givenNetwork !== undefined) {
    throw invalidInputs([
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
      ];
  return {
    wanted: {
      cluster: given.cluster,
      clientToken: clientTokenOf(run, ['run-task', ...step]),
      startedBy: given.startedBy ?? startedByOf(run),
      count: given.count,
      settings,
      overrides: overrides.overrides,
      group: given.group,
      tags: given.tags,
      propagateTags: given.propagateTags,
      enableEcsManagedTags: given.enableEcsManagedTags,
      enableExecuteCommand: given.enableExecuteCommand,
    },
    decisive: overrides.decisive,
  };
}

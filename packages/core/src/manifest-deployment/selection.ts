import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { checkAllowedAccount } from '../account/allowed-account.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { near } from '../inputs/near.ts';
import { type InputProblem, invalidInputs } from '../inputs/parse-inputs.ts';
import type { ResolvedEnvironment, ResolvedService, ResolvedTask } from '../manifest/resolve-environment.ts';
import type { WantedSchedule } from '../schedules/open-schedules.ts';
import { editContainer } from '../task-definition/edit/container-edits.ts';
import type { WantedTaskDefinition } from '../task-definition/load/wanted-task-definition.ts';
import { withContainer } from '../task-definition/parse/containers.ts';
import type { World } from '../world/world.ts';
import type { environmentInputs } from './inputs.ts';

type EnvironmentValues = ValuesOf<typeof environmentInputs>;
type Filters = Pick<EnvironmentValues, 'groups' | 'services' | 'images'>;

export interface WantedService extends ResolvedService {
  readonly source: WantedTaskDefinition;
}
export interface WantedTask extends ResolvedTask {
  readonly source: WantedTaskDefinition;
}

export interface WantedWave {
  readonly wave: number;
  /** To run one after the other before its services, each once in a run. */
  readonly tasks: readonly WantedTask[];
  readonly services: readonly WantedService[];
}

/** What of an environment is to be deployed: schedules only with all of it. Pure. @throws INPUT_INVALID */
export function selectParts(
  { waves, tasks, schedules }: Pick<ResolvedEnvironment, 'waves' | 'tasks' | 'schedules'>,
  file: string,
  { groups, services: keys, images = [] }: Filters,
): { readonly waves: readonly WantedWave[]; readonly schedules: readonly WantedSchedule[] } {
  const all = waves.flatMap(({ services }) => services);
  const problems: InputProblem[] = [
    ...unknown('groups', groups, [...new Set(all.flatMap((one) => one.groups))]),
    ...unknown(
      'services',
      keys,
      all.map(({ key }) => key),
    ),
  ];
  const isWanted = (one: ResolvedService) =>
    (!groups || one.groups.some((group) => groups.includes(group))) && (!keys || keys.includes(one.key));
  if (problems.length === 0 && !all.some(isWanted))
    problems.push({ input: groups ? 'groups' : 'services', problem: 'leave no service to deploy' });
  const used = new Set<string>();
  const wanted = <P extends { readonly key: string; readonly taskDefinition: RegisterTaskDefinitionRequest }>(
    kind: 'services' | 'tasks' | 'schedules',
    part: P,
  ): P & { readonly source: WantedTaskDefinition } => {
    const request = images.reduce((edited, { name, value: image }) => {
      if (!edited.containerDefinitions?.some((one) => one.name === name)) return edited;
      used.add(name);
      return withContainer(edited, name, (one) => editContainer(one, { image }));
    }, part.taskDefinition);
    return { ...part, source: { kind: 'file', path: `${kind}.${part.key} of ${file}`, request } };
  };
  const begun = new Set<string>();
  const selected = waves.flatMap(({ wave, services }): readonly WantedWave[] => {
    const chosen = services.filter(isWanted);
    if (chosen.length === 0) return [];
    const before = [...new Set(chosen.flatMap((one) => one.before))].filter((key) => !begun.has(key));
    for (const key of before) begun.add(key);
    return [
      {
        wave,
        tasks: before.flatMap((key) =>
          tasks.filter((task) => task.key === key).map((task) => wanted('tasks', task)),
        ),
        services: chosen.map((service) => wanted('services', service)),
      },
    ];
  });
  const selectedSchedules = groups || keys ? [] : schedules.map((one) => wanted('schedules', one));
  for (const { name } of images)
    if (!used.has(name))
      problems.push({ input: 'images', problem: `names the container ${name}, which nothing to deploy has` });
  if (problems.length > 0) throw invalidInputs(problems);
  return { waves: selected, schedules: selectedSchedules };
}

const unknown = (input: string, given: readonly string[] | undefined, known: readonly string[]) =>
  (given ?? [])
    .filter((one) => !known.includes(one))
    .map((one): InputProblem => {
      const what = known.length > 0 ? `has ${known.join(', ')}` : 'has none';
      return {
        input,
        problem: `names ${one}, which the environment does not have${near(one, known)}: it ${what}`,
      };
    });

/** The account and the region that the environment is in are those of the run. @throws ACCOUNT_MISMATCH, INPUT_INVALID */
export async function checkPlace(
  { name, account, regions }: ResolvedEnvironment,
  { allowedAccountIds }: Pick<EnvironmentValues, 'allowedAccountIds'>,
  world: World,
): Promise<void> {
  const { region } = world.aws;
  if (regions.length > 0 && !regions.includes(region))
    throw new LandfallError('INPUT_INVALID', {
      summary: `environment ${name} is in ${regions.join(', ')}, but this run uses region ${region}`,
      remedy: 'Set `region` to a region of the environment.',
      facts: { environment: name, regions, region },
    });
  for (const allowed of [account === undefined ? undefined : [account], allowedAccountIds])
    if (allowed) await checkAllowedAccount(allowed, world);
}

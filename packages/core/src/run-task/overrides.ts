import type { ContainerDefinition, ContainerOverride, TaskOverride } from '@aws-sdk/client-ecs';
import type { Pair } from '../inputs/kinds.ts';
import { near } from '../inputs/near.ts';
import type { InputProblem } from '../inputs/parse-inputs.ts';

/** RunTask takes at most this many characters of overrides, JSON included (API reference). */
const longestOverrides = 8192;

interface OverrideInputs {
  /** Whose command and environment it is, and whose exit code decides; by default the only or only essential container. */
  readonly container?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly environment?: readonly Pair[] | undefined;
  /** As RunTask takes them. */
  readonly containerOverrides?: readonly ContainerOverride[] | undefined;
  readonly taskRole?: string | undefined;
  /** The run does not wait for the task, so nothing has to decide how it ended. */
  readonly endsUnseen?: boolean;
}

type Overrides =
  | {
      readonly ok: true;
      readonly overrides: TaskOverride | undefined;
      /** The container whose exit code decides; undefined where every essential one has to end with 0. */
      readonly decisive: string | undefined;
    }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

export const isEssential = ({ essential }: Pick<ContainerDefinition, 'essential'>) => essential !== false;

/** The overrides of a RunTask request, or all that is wrong with what was asked. Pure. */
export function overridesFor(wanted: OverrideInputs, containers: readonly ContainerDefinition[]): Overrides {
  const names = containers.map(({ name }) => name ?? '');
  const problems: InputProblem[] = [];
  const absent = (input: string, name: string) =>
    problems.push({
      input,
      problem: `names the container "${name}"${near(name, names)}; the task definition has ${names.join(', ')}`,
    });
  if (wanted.container !== undefined && !names.includes(wanted.container))
    absent('container', wanted.container);
  for (const { name } of wanted.containerOverrides ?? []) {
    if (!names.includes(name ?? '')) absent('container-overrides', name ?? '');
  }
  const container = wanted.container ?? defaultContainer(containers);
  const simple = wanted.command !== undefined || (wanted.environment ?? []).length > 0;
  if (simple && container === undefined) {
    problems.push({
      input: 'container',
      problem: `must name the container that the command and environment apply to: ${names.join(', ')}`,
    });
  }
  problems.push(...clashes(wanted, container));
  const commanded = containers
    .filter((one) => isEssential(one) && hasCommand(wanted.containerOverrides, one.name))
    .map(({ name }) => name);
  const decisive = container ?? (commanded.length === 1 ? commanded[0] : undefined);
  if (decisive === undefined && commanded.length > 1 && !simple && !wanted.endsUnseen) {
    problems.push({
      input: 'container',
      problem: `must name the container whose exit code decides: ${commanded.join(' and ')} are given a command`,
    });
  }
  if (problems.length > 0) return { ok: false, problems };
  const overrides = merged(wanted, container);
  const length = overrides === undefined ? 0 : JSON.stringify(overrides).length;
  if (length <= longestOverrides) return { ok: true, overrides, decisive };
  return {
    ok: false,
    problems: [
      {
        input: simple ? 'environment' : 'container-overrides',
        problem: `${simple ? 'and the other overrides come' : 'comes'} to ${length} characters of JSON; ECS takes at most ${longestOverrides}`,
      },
    ],
  };
}

/** The only container, or the only essential one. */
function defaultContainer(containers: readonly ContainerDefinition[]): string | undefined {
  if (containers.length === 1) return containers[0]!.name;
  const essential = containers.filter(isEssential);
  return essential.length === 1 ? essential[0]!.name : undefined;
}

const hasCommand = (overrides: OverrideInputs['containerOverrides'], container: string | undefined) =>
  overrides?.some(({ name, command }) => name === container && command !== undefined) ?? false;

function clashes(wanted: OverrideInputs, container: string | undefined): InputProblem[] {
  const own = wanted.containerOverrides?.find(({ name }) => name === container);
  const problems: InputProblem[] = [];
  if (own?.command && wanted.command) {
    problems.push({
      input: 'command',
      problem: `is set, and container-overrides also has one for ${container}`,
    });
  }
  const twice = (wanted.environment ?? []).find((one) =>
    own?.environment?.some(({ name }) => name === one.name),
  );
  if (twice) {
    problems.push({
      input: 'environment',
      problem: `sets ${twice.name}, and container-overrides sets it for ${container} too`,
    });
  }
  return problems;
}

/** Nothing that was not requested: no empty list, no default. */
function merged(wanted: OverrideInputs, container: string | undefined): TaskOverride | undefined {
  const { command, environment = [], containerOverrides = [], taskRole } = wanted;
  const rest = containerOverrides.filter(({ name }) => name !== container);
  const own = containerOverrides.find(({ name }) => name === container);
  const variables = [...(own?.environment ?? []), ...environment.map(({ name, value }) => ({ name, value }))];
  const mine: ContainerOverride = {
    ...own,
    name: container,
    ...(command && { command: [...command] }),
    ...(variables.length > 0 && { environment: variables }),
  };
  const all = [...(Object.keys(mine).length > 1 ? [mine] : []), ...rest];
  if (all.length === 0 && taskRole === undefined) return undefined;
  return {
    ...(all.length > 0 && { containerOverrides: all }),
    ...(taskRole !== undefined && { taskRoleArn: taskRole }),
  };
}

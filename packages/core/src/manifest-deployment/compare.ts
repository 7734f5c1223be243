import { isObject } from '../documents/canonical.ts';
import type { ResolvedEnvironment, ResolvedService, ResolvedTask } from '../manifest/resolve-environment.ts';
import { diffPlain, diffTaskDefinitions } from '../task-definition/compare/diff.ts';

/** A service, task or schedule that is not the same in two environments. */
export interface Difference {
  /** `services.web`. */
  readonly path: string;
  /** `- ` in the first environment, `+ ` in the second. */
  readonly changes: readonly string[];
}

/**
 * What differs between two environments, beyond their names: a text that is the same but for the name of the
 * environment in it is no difference. Values of environment variables are never shown. Pure.
 */
export function compareEnvironments(
  from: ResolvedEnvironment,
  to: ResolvedEnvironment,
): readonly Difference[] {
  const names = [from.name, to.name] as const;
  return [
    ...compareParts('services', servicesOf(from), servicesOf(to), names),
    ...compareParts('tasks', byKey(from.tasks), byKey(to.tasks), names),
    ...compareParts('schedules', byKey(from.schedules), byKey(to.schedules), names),
  ];
}

const byKey = <P extends Part>(parts: readonly P[]) => parts.map((one) => [one.key, one] as const);

const servicesOf = ({ waves }: ResolvedEnvironment) =>
  waves.flatMap(({ services }) =>
    services.map(({ desiredCount, service, ...rest }) => {
      const settings = Object.keys(service).length > 0 ? service : undefined;
      return [rest.key, { ...rest, desiredCount: countOf(desiredCount), service: settings }] as const;
    }),
  );

const countOf = (count: ResolvedService['desiredCount']) => {
  if (count.kind === 'kept') return undefined;
  return count.kind === 'wanted' ? count.count : { initial: count.count };
};

type Part = Pick<ResolvedService | ResolvedTask, 'key' | 'taskDefinition'>;
type Names = readonly [from: string, to: string];

function compareParts(
  kind: string,
  from: readonly (readonly [string, Part])[],
  to: readonly (readonly [string, Part])[],
  names: Names,
): readonly Difference[] {
  const second = new Map(to);
  const first = new Map(from);
  return [...new Set([...first.keys(), ...second.keys()])].flatMap((key): readonly Difference[] => {
    const path = `${kind}.${key}`;
    const before = first.get(key);
    const after = second.get(key);
    if (!before || !after)
      return [{ path, changes: [before ? `- only in ${names[0]}` : `+ only in ${names[1]}`] }];
    const { taskDefinition: oldTask, key: _, ...old } = before;
    const { taskDefinition: newTask, key: __, ...now } = alignPart(before, after, names);
    const changes = [...diffPlain(old, now), ...diffTaskDefinitions(oldTask, newTask)];
    return changes.length === 0 ? [] : [{ path, changes }];
  });
}

/** The second, with the texts of the first wherever they are the same but for the name of the environment. */
function alignPart(before: Part, after: Part, names: Names): Part {
  const aligned = align(before, after, names);
  return isPart(aligned) ? aligned : after;
}

const isPart = (value: unknown): value is Part => isObject(value) && isObject(value.taskDefinition);

function align(before: unknown, after: unknown, names: Names): unknown {
  if (typeof before === 'string' && typeof after === 'string')
    return withoutName(before, names[0]) === withoutName(after, names[1]) ? before : after;
  if (Array.isArray(before) && Array.isArray(after))
    return after.map((item, index) => align(counterpart(before, item, index), item, names));
  if (isObject(before) && isObject(after))
    return Object.fromEntries(
      Object.entries(after).map(([key, member]) => [key, align(before[key], member, names)]),
    );
  return after;
}

/** Of a list of named things the one with the same name. */
const counterpart = (list: readonly unknown[], item: unknown, index: number): unknown =>
  isObject(item) && item.name !== undefined
    ? list.find((one) => isObject(one) && one.name === item.name)
    : list[index];

const withoutName = (text: string, name: string) =>
  text
    .split(/([A-Za-z0-9]+)/)
    .map((word) => (word === name ? '\0' : word))
    .join('');

import type { GetScheduleOutput } from '@aws-sdk/client-scheduler';
import { canonicalJson, isObject, sortedKeys } from '../documents/canonical.ts';
import { diffPlain, diffTaskDefinitions } from '../task-definition/compare/diff.ts';
import type { ScheduleRequest } from './schedule.ts';

/** Sets, which AWS returns in an order of its own. */
const sets = new Set(['Subnets', 'SecurityGroups']);

/**
 * Whether a schedule is as it was written. AWS adds defaults, and what a state of `keep` is may be changed by a person
 * at any time.
 */
export const isAsWanted = (
  { State, ...wanted }: ScheduleRequest,
  found: GetScheduleOutput,
  { keepsState }: { readonly keepsState: boolean },
): boolean => (keepsState || State === found.State) && holds(wanted, found);

function holds(wanted: unknown, found: unknown, member = ''): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(found) && canonicalJson(inOrder(wanted, member)) === canonicalJson(inOrder(found, member))
    );
  if (member === 'Input') return canonicalJson(readInput(wanted)) === canonicalJson(readInput(found));
  if (isObject(wanted))
    return isObject(found) && Object.entries(wanted).every(([key, value]) => holds(value, found[key], key));
  return canonicalJson(wanted) === canonicalJson(found);
}

const inOrder = (list: readonly unknown[], member: string) =>
  sets.has(member) ? list.map(String).sort() : list;

/** The overrides of the task, which a schedule has as text. */
export function readInput(text: unknown): Record<string, unknown> {
  if (typeof text !== 'string') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : { text };
  } catch {
    return { text };
  }
}

/** What an update would change, one per line. Values of environment variables are never shown. */
export function scheduleChanges(from: GetScheduleOutput | undefined, to: ScheduleRequest): readonly string[] {
  if (!from) return [];
  const { TaskDefinitionArn: _, ...old } = from.Target?.EcsParameters ?? {};
  const { TaskDefinitionArn: __, ...now } = to.Target.EcsParameters ?? {};
  const before = readInput(from.Target?.Input);
  const after = readInput(to.Target.Input);
  const shared = (one: ScheduleRequest | GetScheduleOutput, parameters: object) =>
    Object.fromEntries(
      Object.keys(to)
        .filter((key) => key !== 'Name' && key !== 'GroupName')
        .map((key) => [key, key === 'Target' ? targetOf(one, parameters) : Object(one)[key]]),
    );
  const { containerOverrides: oldContainers = [], ...oldTask } = before;
  const { containerOverrides: newContainers = [], ...newTask } = after;
  return [
    ...diffPlain(ordered(shared(from, onlyWanted(old, now))), ordered(shared(to, now))),
    ...diffPlain(oldTask, newTask),
    ...diffTaskDefinitions(
      { containerDefinitions: oldContainers },
      { containerDefinitions: newContainers },
    ).filter((line) => !/^[-+] containers: /.test(line)),
  ];
}

const targetOf = ({ Target }: ScheduleRequest | GetScheduleOutput, parameters: object) => {
  const { Input: _, ...target } = Target ?? {};
  return { ...target, EcsParameters: parameters };
};

/** Of what there is, only what is to be written too: the rest are defaults of AWS. */
const onlyWanted = (found: object, wanted: object) =>
  Object.fromEntries(Object.entries(found).filter(([key]) => Object.hasOwn(wanted, key)));

const ordered = (value: object) => {
  const sorted = sortedKeys(value);
  return isObject(sorted) ? sorted : {};
};

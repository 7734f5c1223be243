// diff: Myers' algorithm, which keeps the order of both sides and finds the shortest list of changes.
import { diffArrays } from 'diff';
import { isObject } from '../../documents/canonical.ts';
import { asList, type Plain } from '../parse/plain.ts';
import { normaliseTaskDefinition } from './normalise.ts';
import { redacted, withoutCredentials } from './redact.ts';

/**
 * The differences that mean something, one line each, `- ` and `+ `: `+ containers.web.image: "example/web:2"`.
 * Empty when there is none. What ECS fills in, the order of sets and the spelling of sizes are no differences.
 * Environment values are never shown, only that they changed.
 */
export function diffTaskDefinitions(from: object, to: object): readonly string[] {
  const before = normaliseTaskDefinition(from);
  const after = normaliseTaskDefinition(to);
  return diffLines(linesOf(redacted(before)), linesOf(redacted(after, before)));
}

/** The same of any two documents, as they are but for the options that carry credentials. */
export const diffPlain = (from: Plain, to: Plain): readonly string[] =>
  diffLines(linesOfPlain(from), linesOfPlain(to));

const linesOfPlain = (document: Plain) =>
  Object.entries(withoutCredentials(document)).flatMap(([key, member]) =>
    member === undefined ? [] : leaves(key, named(key, member)),
  );

function diffLines(old: readonly Line[], now: readonly Line[]): readonly string[] {
  const changes = diffArrays([...old], [...now], { comparator: (a, b) => a.path === b.path });
  const values = new Map(old.map(({ path, value }) => [path, value]));
  return changes.flatMap(({ added, removed, value: lines }) =>
    lines.flatMap(({ path, value }) => {
      if (added) return [`+ ${path}: ${value}`];
      if (removed) return [`- ${path}: ${value}`];
      return values.get(path) === value ? [] : [`- ${path}: ${values.get(path)}`, `+ ${path}: ${value}`];
    }),
  );
}

interface Line {
  readonly path: string;
  readonly value: string;
}

/** A line for every leaf, lists of named things by name, so that a line shows where it is. */
const linesOf = (taskDefinition: Plain): Line[] => {
  const { containerDefinitions, ...rest } = taskDefinition;
  return [...leaves('', rest), ...leaves('containers', byName(containerDefinitions, 'name'))];
};

function leaves(path: string, value: unknown): Line[] {
  const inside = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, member]) => leaves(inside(key), named(key, member)));
  }
  if (Array.isArray(value) && value.some(isObject)) {
    return value.flatMap((member, index) => leaves(inside(String(index)), member));
  }
  return [{ path, value: JSON.stringify(value) }];
}

const keys: Readonly<Record<string, string>> = {
  environment: 'name',
  secrets: 'name',
  secretOptions: 'name',
  ulimits: 'name',
  volumes: 'name',
  properties: 'name',
  systemControls: 'namespace',
  portMappings: 'containerPort',
  mountPoints: 'containerPath',
};

const named = (field: string, value: unknown) => {
  const key = keys[field];
  return key === undefined ? value : byName(value, key);
};

/** Only when each one has a name of its own; `{ name, value }` and `{ name, valueFrom }` become name and value. */
function byName(list: unknown, key: string): unknown {
  const members = asList(list).filter(isObject);
  const names = new Set(members.map((one) => one[key]));
  if (!Array.isArray(list) || members.length !== list.length || names.size !== list.length) return list;
  return Object.fromEntries(
    members.map(({ [key]: name, ...rest }) => {
      const [[member, only] = ['', undefined], ...more] = Object.entries(rest);
      return [`${name}`, more.length === 0 && /^value(?:From)?$/.test(member) ? only : rest];
    }),
  );
}

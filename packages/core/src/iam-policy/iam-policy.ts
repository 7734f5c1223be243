import { namesOf } from '../codedeploy/deployment-group.ts';
import type { Permission } from '../operation/operation.ts';
import type { Reading } from './policy-names.ts';

type OneOrMany = string | readonly string[];

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: OneOrMany;
  readonly Resource: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}
interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/**
 * The permissions of an operation as an IAM policy: one statement per resource, condition and occasion. The
 * `Sid` says the occasion (`Always`, `Optional`, `WhenSecretsFromIsGiven`), because JSON has no comments.
 * Placeholders are left in it, for a reader to replace.
 */
export const policyOf = (permissions: readonly Permission[]): Policy =>
  statementsOf(permissions.filter(({ onlyWhenNamed }) => !onlyWhenNamed));

interface KnownNames {
  /** `Partition`, `Region` and `Account`, as far as they are known. */
  readonly place: Readonly<Record<string, string>>;
  /** What was named, by placeholder: a permission is for each. */
  readonly names: ReadonlyMap<string, readonly Reading[]>;
}

/** The same, for what is known. What is not becomes `*`, because a `${…}` would be a variable of IAM's own. */
export function narrowedPolicy(permissions: readonly Permission[], { place, names }: KnownNames): Policy {
  const fill = (text: string): readonly string[] => {
    const whole = withDefaults(text, names);
    const readings = [...new Set(placeholdersOf(whole))].reduce<readonly Reading[]>(
      (combined, name) =>
        combined.flatMap((one) => (names.get(name) ?? [{}]).map((other) => other && { ...one, ...other })),
      [place],
    );
    const texts = readings.flatMap((one) =>
      one ? whole.replace(placeholder, (_, name) => one[name] ?? '*') : [],
    );
    return [...new Set(texts)];
  };
  return statementsOf(
    permissions.flatMap(({ resource, condition, ...permission }) => {
      if (permission.onlyWhenNamed && placeholdersOf(resource).some((name) => !names.has(name))) return [];
      const resources = fill(resource);
      if (resources.length === 0) return [];
      return [
        {
          ...permission,
          resource: oneOrMany(resources),
          ...(condition && {
            condition: mapValues(condition, (keys) => mapValues(keys, (one) => oneOrMany(fill(one)))),
          }),
        },
      ];
    }),
  );
}

const placeholder = /\$\{([\w-]+)\}/g;
const ofThePlace = ['Partition', 'Region', 'Account'];

/** The names to be filled in, without those of the place. */
export const placeholdersOf = (text: string): readonly string[] =>
  [...text.matchAll(placeholder)].map(([, name]) => name!).filter((name) => !ofThePlace.includes(name));

/** What operations take by default for a name that is not given, where the other is. */
const defaults: readonly { readonly of: string; readonly where: string; readonly is: string }[] = [
  { of: 'codedeploy-application', where: 'service', is: namesOf('${cluster}', '${service}', {}).application },
  { of: 'codedeploy-deployment-group', where: 'service', is: namesOf('${cluster}', '${service}', {}).group },
  { of: 'target', where: 'source', is: '${source}' },
];

const withDefaults = (text: string, names: KnownNames['names']): string =>
  defaults.reduce(
    (whole, { of, where, is }) =>
      names.has(where) && !names.has(of) ? whole.replace(`\${${of}}`, () => is) : whole,
    text,
  );

const oneOrMany = (values: readonly string[]): OneOrMany => (values.length === 1 ? values[0]! : values);

const mapValues = <From, To>(
  object: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** A permission whose placeholders are filled in. */
interface Grant extends Pick<Permission, 'action' | 'when' | 'optional'> {
  readonly resource: OneOrMany;
  readonly condition?: Statement['Condition'];
}

function statementsOf(grants: readonly Grant[]): Policy {
  const groups = new Map<string, Grant[]>();
  for (const permission of eachOnce(grants)) {
    const { resource, condition } = permission;
    const key = JSON.stringify([resource, condition ?? null, occasionOf(permission)]);
    groups.set(key, [...(groups.get(key) ?? []), permission]);
  }
  const used = new Map<string, number>();
  const Statement = [...groups.values()].map((group): Statement => {
    const first = group[0]!;
    const base = occasionOf(first);
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    const actions = [...new Set(group.map(({ action }) => action))].sort();
    return {
      Sid: count === 1 ? base : `${base}${count}`,
      Effect: 'Allow',
      Action: actions.length === 1 ? actions[0]! : actions,
      Resource: first.resource,
      ...(first.condition && { Condition: first.condition }),
    };
  });
  return { Version: '2012-10-17', Statement };
}

/** What is granted on several occasions is granted once, for the one without which the least would work. */
function eachOnce(grants: readonly Grant[]): readonly Grant[] {
  const granted = new Map<string, Grant>();
  for (const permission of grants) {
    const { action, resource, condition } = permission;
    const key = JSON.stringify([action, resource, condition ?? null]);
    const known = granted.get(key);
    if (!known || needOf(permission) > needOf(known)) granted.set(key, permission);
  }
  return [...granted.values()];
}

const needOf = ({ when, optional }: Grant) => (optional ? 0 : when === undefined ? 2 : 1);

/** IAM takes letters and digits only in a statement's id. */
const occasionOf = ({ when, optional }: Grant) => {
  if (when !== undefined) return pascalCase(when);
  return optional ? 'Optional' : 'Always';
};

const pascalCase = (text: string) =>
  text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

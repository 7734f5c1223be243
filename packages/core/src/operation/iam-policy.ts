import type { Permission } from './operation.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: Permission['condition'];
}
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/**
 * The permissions of an operation as an IAM policy: one statement per resource, condition and occasion. The
 * `Sid` says the occasion (`Always`, `Optional`, `WhenSecretsFromIsGiven`), because JSON has no comments.
 */
export function policyOf(permissions: readonly Permission[]): Policy {
  const groups = new Map<string, Permission[]>();
  for (const permission of permissions) {
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

/** IAM takes letters and digits only in a statement's id. */
const occasionOf = ({ when, optional }: Permission) => {
  if (when !== undefined) return pascalCase(when);
  return optional ? 'Optional' : 'Always';
};

const pascalCase = (text: string) =>
  text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

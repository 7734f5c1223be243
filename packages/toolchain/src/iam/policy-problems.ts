import { canMatch } from './arn-pattern.ts';
import { type Action, actionOf, isKeyOf } from './reference.ts';

/** A statement of an identity-based policy that allows. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Actions that a call needs besides its own: `ecs:RunTask` → `iam:PassRole`. */
export type DependentActions = (action: string) => readonly string[];

/** Anyone may call these: AWS asks for no permission. */
const free = new Set(['sts:GetCallerIdentity']);

/**
 * What AWS would make of a policy otherwise than its author meant, by the Service Authorization Reference:
 * actions that do not exist, resources that an action is never asked on, required resource types and
 * dependent actions that nothing allows, condition keys that a request never carries, permissions that nothing
 * needs, or that reach too far.
 */
export async function policyProblems(
  statements: readonly Statement[],
  dependentActions: DependentActions,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const grants = new Set<string>();
  const resourcesOf = new Map<string, string[]>();
  for (const { Effect, Action, Resource, Condition = {} } of statements) {
    if (Effect !== 'Allow') problems.push(`a statement has the effect ${Effect}, which is not judged`);
    for (const name of many(Action)) {
      const action = await actionOf(name);
      if (!action) {
        problems.push(`${name}: AWS has no such action`);
        continue;
      }
      if (free.has(name)) problems.push(`${name}: anyone may call it, so no policy needs it`);
      const keys = Object.values(Condition).flatMap((one) => Object.keys(one));
      for (const resource of many(Resource)) {
        const grant = JSON.stringify([name, resource, Condition]);
        if (grants.has(grant)) problems.push(`${name}: is allowed on ${resource} more than once`);
        grants.add(grant);
        resourcesOf.set(name, [...(resourcesOf.get(name) ?? []), resource]);
        const misplaced = resourceProblem(name, action, resource);
        problems.push(...(misplaced ? [misplaced] : widthProblems(name, action, resource, keys)));
      }
      for (const key of keys)
        if (!isKeyOf(key, action)) problems.push(`${name}: a request for it never carries the key ${key}`);
    }
  }
  for (const [name, resources] of resourcesOf) {
    const { resourceTypes } = (await actionOf(name))!;
    for (const type of resourceTypes)
      if (type.required && !resources.some((resource) => canMatch(resource, type.arn)))
        problems.push(`${name}: is asked on a ${type.name} (${type.arn}) as well, which nothing allows`);
    for (const dependent of dependentActions(name))
      if (!resourcesOf.has(dependent))
        problems.push(`${name}: needs ${dependent} as well, which nothing allows`);
  }
  return [...new Set(problems)].sort();
}

/** Rights that reach further than any of our programs goes, where a condition could confine them. */
function widthProblems(
  name: string,
  action: Action,
  resource: string,
  keys: readonly string[],
): readonly string[] {
  const confines = (...known: readonly string[]) => keys.some((key) => known.includes(key));
  if (name === 'iam:PassRole' && !confines('iam:PassedToService'))
    return [`${name}: passes roles to every service; add a condition on iam:PassedToService`];
  if (action.managesPermissions && keys.length === 0 && /[*}]$/.test(resource) && !ofRepository(resource))
    return [`${name}: gives rights away on ${resource}; add a condition`];
  const inAnyCluster =
    resource === '*'
      ? isKeyOf('ecs:cluster', action)
      : resource.includes(':task-definition/') && action.conditionKeys.includes('ecs:cluster');
  if (inAnyCluster && !confines('ecs:cluster', 'ecs:service'))
    return [`${name}: is allowed on ${resource} in every cluster; add a condition on ecs:cluster`];
  return [];
}

/** Its policy is a part of the repository that the caller makes. */
const ofRepository = (resource: string) => resource.includes(':repository/${');

function resourceProblem(name: string, { resourceTypes }: Action, resource: string): string | undefined {
  if (resource === '*' || resourceTypes.some(({ arn }) => canMatch(resource, arn))) return undefined;
  const types = resourceTypes.map((type) => type.name).join(', ');
  return types === ''
    ? `${name}: knows no resource, so it is allowed on * alone, not on ${resource}`
    : `${name}: is never asked on ${resource}, only on ${types}`;
}

const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

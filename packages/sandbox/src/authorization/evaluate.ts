import type { Conditions } from '../api/aws-service.ts';
import { conditionsHold, valuesIn } from './conditions.ts';
import { fits, tokensOf, type Values } from './pattern.ts';
import { many, type PolicyDocument, type Statement, statements } from './policy.ts';

type Decision = 'allowed' | 'explicit-deny' | 'implicit-deny';

export interface Question {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request, some with several values. IAM compares key names without regard to case. */
  readonly conditions: Conditions;
}

/** IAM's rule: a matching Deny wins; else a matching Allow; else no. */
export function evaluate(policies: readonly PolicyDocument[], question: Question): Decision {
  const valuesOf = valuesIn(question.conditions);
  let allowed = false;
  for (const policy of policies) {
    // Before that version a `${…}` is not a variable.
    const variables: Values | undefined =
      policy.Version === '2012-10-17'
        ? (key) => {
            const values = valuesOf(key);
            return values?.length === 1 ? values[0] : undefined;
          }
        : undefined;
    for (const statement of statements(policy)) {
      if (!matches(statement, question, variables)) continue;
      if (statement.Effect === 'Deny') return 'explicit-deny';
      allowed = true;
    }
  }
  return allowed ? 'allowed' : 'implicit-deny';
}

function matches(
  { Action, NotAction, Resource, NotResource, Condition = {} }: Statement,
  { action, resource, conditions }: Question,
  variables: Values | undefined,
): boolean {
  const asked = action.toLowerCase();
  const isAction = (pattern: string) =>
    /[*?]/.test(pattern) ? fits(tokensOf(pattern.toLowerCase())!, asked) : pattern.toLowerCase() === asked;
  const isResource = (pattern: string) => {
    if (pattern === '*') return true;
    // Most patterns name something else altogether, and that is seen at once.
    const [begins] = /^[^*?$]*/.exec(pattern)!;
    if (begins === pattern) return resource === pattern;
    const ends = pattern.slice(Math.max(...['*', '?', '}'].map((one) => pattern.lastIndexOf(one))) + 1);
    if (!resource.startsWith(begins) || !resource.endsWith(ends)) return false;
    const tokens = tokensOf(pattern, variables);
    return tokens !== undefined && fits(tokens, resource, { segments: true });
  };
  return (
    (Action === undefined ? !many(NotAction).some(isAction) : many(Action).some(isAction)) &&
    (Resource === undefined ? !many(NotResource).some(isResource) : many(Resource).some(isResource)) &&
    conditionsHold(Condition, conditions, variables)
  );
}

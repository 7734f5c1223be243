import { isObject } from '../documents/canonical.ts';
import { listOf, type PolicyKind } from './current-policy.ts';

/**
 * What a change of a policy gives and takes, to follow "change the repository policy":
 * `: with PullByAccounts for 210987654321; without Legacy for codebuild.amazonaws.com`.
 */
export function describeChange(kind: PolicyKind, before: string, after: string): string {
  const [old, now] = [before, after].map((text) => partsOf(kind, text)) as [
    readonly string[],
    readonly string[],
  ];
  const given = now.filter((one) => !old.includes(one));
  const taken = old.filter((one) => !now.includes(one));
  const clauses = [
    ...(given.length > 0 ? [`with ${given.join(', ')}`] : []),
    ...(taken.length > 0 ? [`without ${taken.join(', ')}`] : []),
  ];
  return clauses.length > 0 ? `: ${clauses.join('; ')}` : '';
}

function partsOf(kind: PolicyKind, text: string): readonly string[] {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    // Not JSON: it has no parts that could be named.
  }
  if (!isObject(policy)) return [];
  return kind === 'lifecycle policy'
    ? listOf(policy.rules).map((rule) => `"${ruleName(rule)}"`)
    : listOf(policy.Statement).map(statementName);
}

const ruleName = (rule: unknown) => {
  if (!isObject(rule)) return String(rule);
  const { description, rulePriority } = rule;
  return typeof description === 'string' && description !== '' ? description : `rule ${rulePriority}`;
};

function statementName(statement: unknown): string {
  if (!isObject(statement)) return String(statement);
  const { Sid, Effect, Principal } = statement;
  const name = typeof Sid === 'string' && Sid !== '' ? Sid : `a statement (${String(Effect)})`;
  const who = listOf(isObject(Principal) ? Object.values(Principal).flat() : Principal).map((one) =>
    String(one).replace(/^arn:[a-z-]+:iam::(\d{12}):root$/, '$1'),
  );
  return who.length > 0 ? `${name} for ${who.sort().join(', ')}` : name;
}

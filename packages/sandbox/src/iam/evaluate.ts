import { many, type PolicyDocument, type Statement, statements } from './policy.ts';

export type Decision = 'allowed' | 'explicit-deny' | 'implicit-deny';

export interface Question {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request. IAM compares key names without regard to case. */
  readonly conditions: Readonly<Record<string, string>>;
}

/** IAM's rule: a matching Deny wins; else a matching Allow; else no. */
export function evaluate(policies: readonly PolicyDocument[], question: Question): Decision {
  let allowed = false;
  for (const policy of policies) {
    for (const statement of statements(policy)) {
      if (!matches(statement, question)) continue;
      if (statement.Effect === 'Deny') return 'explicit-deny';
      allowed = true;
    }
  }
  return allowed ? 'allowed' : 'implicit-deny';
}

function matches(statement: Statement, { action, resource, conditions }: Question): boolean {
  const actionMatches = statement.Action
    ? many(statement.Action).some((pattern) => like(pattern, action, true))
    : !many(statement.NotAction).some((pattern) => like(pattern, action, true));
  if (!actionMatches) return false;
  const resourceMatches = statement.Resource
    ? many(statement.Resource).some((pattern) => like(pattern, resource))
    : !many(statement.NotResource).some((pattern) => like(pattern, resource));
  return resourceMatches && conditionsHold(statement.Condition ?? {}, conditions);
}

function conditionsHold(
  wanted: NonNullable<Statement['Condition']>,
  given: Readonly<Record<string, string>>,
): boolean {
  const values = new Map(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(wanted).every(([operator, keys]) =>
    Object.entries(keys).every(([key, patterns]) =>
      holds(operator, values.get(key.toLowerCase()), many(patterns).map(String)),
    ),
  );
}

function holds(operator: string, value: string | undefined, patterns: readonly string[]): boolean {
  const plain = operator.replace(/IfExists$/, '');
  if (plain === 'Null') return patterns.some((pattern) => (pattern === 'true') === (value === undefined));
  const negative = plain.includes('Not');
  // A key the request does not carry matches no positive operator, and every negative one.
  if (value === undefined) return operator !== plain || negative;
  const same = patterns.some((pattern) => {
    switch (plain) {
      case 'StringEquals':
      case 'StringNotEquals':
        return pattern === value;
      case 'StringEqualsIgnoreCase':
      case 'Bool':
        return pattern.toLowerCase() === value.toLowerCase();
      default:
        return like(pattern, value);
    }
  });
  return same !== negative;
}

/** IAM's wildcards: `*` for any text, `?` for one character. Linear: no backtracking beyond the last star. */
export function like(pattern: string, text: string, ignoreCase = false): boolean {
  const p = ignoreCase ? pattern.toLowerCase() : pattern;
  const t = ignoreCase ? text.toLowerCase() : text;
  let at = 0;
  let star = -1;
  let resume = 0;
  let i = 0;
  while (i < t.length) {
    if (at < p.length && p[at] === '*') {
      star = at++;
      resume = i;
    } else if (at < p.length && (p[at] === '?' || p[at] === t[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (p[at] === '*') at++;
  return at === p.length;
}

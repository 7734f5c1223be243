/** A policy document, as IAM has it. Elements that the sandbox does not judge are refused, never ignored. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

type OneOrMany = string | readonly string[];

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export const many = (value: OneOrMany | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

export const statements = (policy: PolicyDocument): readonly Statement[] =>
  Array.isArray(policy.Statement)
    ? (policy.Statement as readonly Statement[])
    : [policy.Statement as Statement];

/** The condition operators that are judged. */
export const operators = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Bool',
  'Null',
] as const;

/** What keeps a value from being a policy the sandbox can judge, or undefined. */
export function problemOfPolicy(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('Statement' in value))
    return 'a policy has a "Statement"';
  const document = value as PolicyDocument;
  if (
    document.Version !== undefined &&
    document.Version !== '2012-10-17' &&
    document.Version !== '2008-10-17'
  ) {
    return `"Version" is 2012-10-17, got ${JSON.stringify(document.Version)}`;
  }
  for (const [index, statement] of statements(document).entries()) {
    const problem = problemOfStatement(statement);
    if (problem) return `statement ${index + 1}: ${problem}`;
  }
  return undefined;
}

const known = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

function problemOfStatement(statement: unknown): string | undefined {
  if (typeof statement !== 'object' || statement === null) return 'it is not an object';
  const given = statement as Statement;
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown) return `"${unknown}" is not an element of an identity-based policy that the sandbox judges`;
  if (given.Effect !== 'Allow' && given.Effect !== 'Deny') return '"Effect" is Allow or Deny';
  if ((given.Action === undefined) === (given.NotAction === undefined))
    return 'it needs "Action" or "NotAction"';
  if ((given.Resource === undefined) === (given.NotResource === undefined)) {
    return 'it needs "Resource" or "NotResource"';
  }
  for (const key of ['Action', 'NotAction', 'Resource', 'NotResource'] as const) {
    if (given[key] !== undefined && !many(given[key]).every((item) => typeof item === 'string')) {
      return `"${key}" is a string or a list of strings`;
    }
  }
  for (const operator of Object.keys(given.Condition ?? {})) {
    const plain = operator.replace(/IfExists$/, '');
    if (!(operators as readonly string[]).includes(plain)) {
      return `the condition operator "${operator}" is not judged by the sandbox (known: ${operators.join(', ')}, each with IfExists)`;
    }
  }
  return undefined;
}

import { isOperator, operators } from './conditions.ts';
import { many, type PolicyDocument, type Statement, statements } from './policy.ts';

/** What keeps a value from being a policy that IAM takes and the sandbox can judge, or undefined. */
export function problemOfPolicy(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('Statement' in value))
    return 'a policy has a "Statement"';
  const document = value as PolicyDocument;
  const unknown = Object.keys(document).find((key) => !['Version', 'Id', 'Statement'].includes(key));
  if (unknown) return `"${unknown}" is not an element of a policy`;
  if (
    document.Version !== undefined &&
    document.Version !== '2012-10-17' &&
    document.Version !== '2008-10-17'
  ) {
    return `"Version" is 2012-10-17, got ${JSON.stringify(document.Version)}`;
  }
  const sids = new Set<string>();
  for (const [index, statement] of statements(document).entries()) {
    const problem = problemOfStatement(statement) ?? problemOfSid(statement, sids);
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
    if (given[key] === undefined) continue;
    const items: readonly unknown[] = many(given[key]);
    if (!items.every((item) => typeof item === 'string')) return `"${key}" is a string or a list of strings`;
    if (items.length === 0) return `"${key}" is empty`;
    const rule = key.endsWith('Action') ? isAction : isResource;
    const wrong = items.find((item) => !rule(item as string));
    if (wrong !== undefined)
      return rule === isAction
        ? `"${key}" is * or names a service and what it does, ecs:Describe*, got ${JSON.stringify(wrong)}`
        : `"${key}" is * or in ARN format, with its service in full, got ${JSON.stringify(wrong)}`;
  }
  return problemOfCondition(given.Condition);
}

/** IAM: "Actions/Conditions must be prefaced by a vendor". */
const isAction = (text: string) => /^(?:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i.test(text);

/** IAM: "Resource … must be in ARN format or *", and "Resource vendor must be fully qualified and cannot contain regexes". */
const isResource = (text: string) =>
  text === '*' || /^arn:[a-z0-9*?-]+:[a-z0-9-]+:.+$/is.test(text.replaceAll(/\$\{[^}]*\}/g, 'x'));

function problemOfCondition(condition: unknown): string | undefined {
  if (condition === undefined) return undefined;
  if (!isObject(condition)) return '"Condition" is an object';
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isOperator(operator)) {
      return `the condition operator "${operator}" is not judged by the sandbox (known: ${operators.join(', ')}, each but Null also with IfExists, and after ForAllValues: or ForAnyValue:)`;
    }
    if (!isObject(keys)) return `the condition "${operator}" is an object of keys`;
    for (const [key, values] of Object.entries(keys))
      if (!many(values).every((one) => ['string', 'number', 'boolean'].includes(typeof one)))
        return `the condition "${operator}" has values of "${key}" that are no texts, numbers or booleans`;
  }
  return undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function problemOfSid({ Sid }: Statement, sids: Set<string>): string | undefined {
  if (Sid === undefined || Sid === '') return undefined;
  if (!/^[A-Za-z0-9]+$/.test(Sid)) return `"Sid" has letters and digits only, got ${JSON.stringify(Sid)}`;
  if (sids.has(Sid)) return `"Sid" ${JSON.stringify(Sid)} is set twice`;
  sids.add(Sid);
  return undefined;
}

import { BlockList, isIP } from 'node:net';
import type { Conditions } from '../api/aws-service.ts';
import { fits, fitsArn, textOf, tokensOf, type Values } from './pattern.ts';
import { many, type Statement } from './policy.ts';

/** Whether a value of the request fits one of the policy's. */
type Compare = (value: string, wanted: string, variables: Values | undefined) => boolean;

const equals: Compare = (value, wanted, variables) => textOf(wanted, variables) === value;
const equalsFolded: Compare = (value, wanted, variables) =>
  textOf(wanted, variables)?.toLowerCase() === value.toLowerCase();
const like: Compare = (value, wanted, variables) => {
  const tokens = tokensOf(wanted, variables);
  return tokens !== undefined && fits(tokens, value);
};
const arn: Compare = (value, wanted, variables) => {
  const tokens = tokensOf(wanted, variables);
  return tokens !== undefined && fitsArn(tokens, value);
};
const number =
  (compare: (value: number, wanted: number) => boolean): Compare =>
  (value, wanted) =>
    compare(Number(value), Number(wanted));
const date =
  (compare: (value: number, wanted: number) => boolean): Compare =>
  (value, wanted) =>
    compare(timeOf(value), timeOf(wanted));
/** ISO 8601, or seconds since 1970. */
const timeOf = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const inRange: Compare = (value, wanted) => {
  const [address = '', bits] = wanted.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || isIP(value) === 0) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4');
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsFolded,
  StringLike: like,
  ArnEquals: arn,
  ArnLike: arn,
  NumericEquals: number((value, wanted) => value === wanted),
  NumericLessThan: number((value, wanted) => value < wanted),
  NumericLessThanEquals: number((value, wanted) => value <= wanted),
  NumericGreaterThan: number((value, wanted) => value > wanted),
  NumericGreaterThanEquals: number((value, wanted) => value >= wanted),
  DateEquals: date((value, wanted) => value === wanted),
  DateLessThan: date((value, wanted) => value < wanted),
  DateLessThanEquals: date((value, wanted) => value <= wanted),
  DateGreaterThan: date((value, wanted) => value > wanted),
  DateGreaterThanEquals: date((value, wanted) => value >= wanted),
  Bool: equalsFolded,
  IpAddress: inRange,
};
/** `StringNotEquals` → `StringEquals`; others have no opposite. */
const opposites: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

/** The operators that are judged; each but Null also with `IfExists`, and for keys with several values. */
export const operators: readonly string[] = [...Object.keys(comparisons), ...Object.keys(opposites), 'Null'];

const form = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

export const isOperator = (name: string): boolean => {
  const [, set, operator, ifExists] = form.exec(name) ?? [];
  return operators.includes(operator ?? '') && (operator !== 'Null' || (!set && !ifExists));
};

/** All operators, all keys of each, any of a key's values. */
export function conditionsHold(
  wanted: NonNullable<Statement['Condition']>,
  given: Conditions,
  variables: Values | undefined,
): boolean {
  const valuesOf = valuesIn(given);
  return Object.entries(wanted).every(([operator, keys]) =>
    Object.entries(keys).every(([key, patterns]) =>
      holds(operator, valuesOf(key), many(patterns).map(String), variables),
    ),
  );
}

/** The values of a key, by its name in any case. */
export function valuesIn(given: Conditions): (key: string) => readonly string[] | undefined {
  let values: ReadonlyMap<string, readonly string[]> | undefined;
  return (key) => {
    values ??= new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), many(value)]));
    return values.get(key.toLowerCase());
  };
}

function holds(
  name: string,
  values: readonly string[] | undefined,
  patterns: readonly string[],
  variables: Values | undefined,
): boolean {
  const [, set, operator = '', ifExists] = form.exec(name)!;
  if (operator === 'Null')
    return patterns.some((one) => (one.toLowerCase() === 'true') === (values === undefined));
  const isOpposite = operator in opposites;
  if (values === undefined) return ifExists !== undefined || set === 'ForAllValues' || (isOpposite && !set);
  const compare = comparisons[opposites[operator] ?? operator]!;
  const isWanted = (value: string) => patterns.some((one) => compare(value, one, variables)) !== isOpposite;
  return set === 'ForAllValues' || (isOpposite && !set) ? values.every(isWanted) : values.some(isWanted);
}

import { AwsFault } from '../api/aws-service.ts';
import type { ApiModel } from './model.ts';
import type { Violation } from './violations.ts';

/** What an API checks of a request before it does anything, and how it refuses one. */
export interface RequestRules {
  readonly model: ApiModel;
  readonly refusal: Refusal;
  /** Refusals in the words of AWS, where they are known to be others: by `constraint members`, or `operation constraint members`. */
  readonly knownWords?: Readonly<Record<string, KnownWords>>;
  readonly differences?: readonly Difference[];
}

/** How an API refuses a value that its model does not allow. */
export interface Refusal {
  readonly code: string | ((first: Violation, operation: string) => string);
  /** By default the words of most services. */
  readonly message?: (first: Violation) => string;
  /** A page with such an answer of AWS or its documentation. Absent: unverified, a declared error and a guess at its words. */
  readonly seen?: string;
}

export interface KnownWords {
  readonly code: string;
  readonly message: string;
}

/** What AWS's model says and AWS, as is known or believed, does not insist on. */
export interface Difference {
  readonly constraint: Violation['constraint'];
  /** By their dots: `containerDefinitions.secrets.valueFrom`; an item counts as its list. */
  readonly members: string;
  readonly why: string;
}

/** The difference that a value is excused by. */
export const differenceOf = (
  { differences = [] }: RequestRules,
  { constraint, members }: Pick<Violation, 'constraint' | 'members'>,
): Difference | undefined =>
  differences.find((one) => one.constraint === constraint && one.members === members.join('.'));

export function knownWordsOf(
  { knownWords = {} }: RequestRules,
  operation: string,
  { constraint, members }: Pick<Violation, 'constraint' | 'members'>,
): KnownWords | undefined {
  const key = `${constraint} ${members.join('.')}`;
  return knownWords[`${operation} ${key}`] ?? knownWords[key];
}

/** The error that the API answers with. `violations` are not empty, and the first decides its name. */
export function refusalOf(
  rules: RequestRules,
  operation: string,
  violations: readonly Violation[],
): AwsFault {
  const { code, message } = rules.refusal;
  const first = violations[0]!;
  const words = knownWordsOf(rules, operation, first);
  if (words) return new AwsFault(words.code, words.message);
  return new AwsFault(
    typeof code === 'string' ? code : code(first, operation),
    message ? message(first) : validationErrors(violations),
  );
}

/** The words of most services: `1 validation error detected: Value 'x' at 'type' failed to satisfy constraint: …`. */
function validationErrors(all: readonly Violation[]): string {
  const shown = all.map(
    ({ value, path, rule }) => `${valueText(value)} at '${path}' failed to satisfy constraint: ${rule}`,
  );
  return `${all.length} validation error${all.length === 1 ? '' : 's'} detected: ${shown.join('; ')}`;
}

/** A list, a structure or a secret is not shown. */
const valueText = (value: unknown): string =>
  value === null
    ? 'Value null'
    : value === undefined || typeof value === 'object'
      ? 'Value'
      : `Value '${value}'`;

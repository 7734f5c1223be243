/** `"opertion" is none of service, operation, …`: a member that a typing mistake made, or undefined. */
export function strangeMember(value: object, known: readonly string[]): string | undefined {
  const strange = Object.keys(value).find((key) => !known.includes(key));
  return strange === undefined ? undefined : `${JSON.stringify(strange)} is none of ${known.join(', ')}`;
}

/** A JSON object, and not a list or null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `"count" is a whole number from 1`, when one of the members that are there is another. */
export function countProblem(value: object, names: readonly string[], from: number): string | undefined {
  for (const name of names) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (member !== undefined && !(Number.isInteger(member) && Number(member) >= from))
      return `"${name}" is a whole number from ${from}`;
  }
  return undefined;
}

/** The problem with the first of the rules that has one, with its number; or undefined. */
export function firstProblem(
  rules: readonly unknown[],
  problemOf: (rule: unknown) => string | undefined,
): string | undefined {
  for (const [index, rule] of rules.entries()) {
    const problem = problemOf(rule);
    if (problem !== undefined) return `rule ${index + 1}: ${problem}`;
  }
  return undefined;
}

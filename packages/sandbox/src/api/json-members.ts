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

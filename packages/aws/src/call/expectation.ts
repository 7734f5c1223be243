/**
 * Fields that AWS documents as always present, by path: `services[]` must be a list of objects, `taskArns[s]` a
 * list of strings, `service{}` an object, `taskDefinition.taskDefinitionArn` a string that is not empty. The SDK
 * turns an empty body or `null` into an answer with every field undefined; here that ends.
 */
export type Expectation = readonly string[];

/** The first field that is not as expected, as a phrase, or undefined. */
export function unexpected(answer: unknown, expectation: Expectation): string | undefined {
  for (const path of expectation) {
    const [, name, kind] = /^([\w.]+)(\[\]|\[s\]|\{\})?$/.exec(path)!;
    const value = name!.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), answer);
    if (!holds(value, kind))
      return `"${name}" ${value === undefined ? 'is missing' : `is not ${words[kind ?? '']}`}`;
  }
  return undefined;
}

const words: Record<string, string> = {
  '[]': 'a list of objects',
  '[s]': 'a list of texts',
  '{}': 'an object',
  '': 'a text',
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function holds(value: unknown, kind: string | undefined): boolean {
  switch (kind) {
    case '[]':
      return Array.isArray(value) && value.every(isObject);
    case '[s]':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
    case '{}':
      return isObject(value);
    default:
      return typeof value === 'string' && value !== '';
  }
}

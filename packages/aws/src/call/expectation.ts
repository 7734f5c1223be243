/**
 * Members that AWS documents as always present in an answer: a string that is not empty, a list of strings, an
 * object, a list of objects, or a member with such members of its own. The SDK turns an empty body or `null` into
 * an answer with every member undefined; here that ends.
 */
export interface Expectation {
  readonly [member: string]: Shape | Expectation;
}

type Shape = 'string' | 'strings' | 'object' | 'objects';

/** An expectation that names members of this answer only, each as what it is. */
export type ExpectationOf<Answer> = {
  readonly [Member in keyof Answer]?: ShapeOf<NonNullable<Answer[Member]>>;
};

type ShapeOf<Value> = Value extends string
  ? 'string'
  : Value extends readonly string[]
    ? 'strings'
    : Value extends readonly object[]
      ? 'objects'
      : 'object' | ExpectationOf<Value>;

/** The first member that is not as expected, as a phrase, or undefined. */
export function unexpected(answer: unknown, expectation: Expectation, path = ''): string | undefined {
  for (const [member, expected] of Object.entries(expectation)) {
    const name = `${path}${member}`;
    const value = isObject(answer) ? answer[member] : undefined;
    if (typeof expected === 'object') {
      const problem = unexpected(value, expected, `${name}.`);
      if (problem !== undefined) return problem;
    } else if (!shapes[expected].holds(value))
      return `"${name}" ${value === undefined ? 'is missing' : `is not ${shapes[expected].name}`}`;
  }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shapes: Readonly<Record<Shape, { name: string; holds(value: unknown): boolean }>> = {
  string: { name: 'a non-empty string', holds: (value) => typeof value === 'string' && value !== '' },
  strings: {
    name: 'a list of strings',
    holds: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  },
  object: { name: 'an object', holds: isObject },
  objects: {
    name: 'a list of objects',
    holds: (value) => Array.isArray(value) && value.every(isObject),
  },
};

import { cannot, isMap, isText, JsonText, Sequence, type Value } from '../value.ts';

const isInteger = (value: Value) => typeof value === 'bigint';
const isFloat = (value: Value) => typeof value === 'number';
const isBoolean = (value: Value) => typeof value === 'boolean';

/** What follows `is`. What `defined` and `undefined` are applied to may be undefined. */
export const tests: ReadonlyMap<string, (value: Value) => boolean> = new Map(
  Object.entries({
    boolean: isBoolean,
    defined: () => true,
    false: (value) => value === false,
    float: isFloat,
    integer: isInteger,
    mapping: isMap,
    none: (value) => value === null,
    // Python counts booleans among the numbers.
    number: (value) => isInteger(value) || isFloat(value) || isBoolean(value),
    string: isText,
    true: (value) => value === true,
    undefined: () => false,
  } satisfies Record<string, (value: Value) => boolean>),
);

export function passes(test: string, value: Value): boolean {
  if (value instanceof JsonText || value instanceof Sequence) throw cannot(value, 'be tested');
  return tests.get(test)?.(value) ?? false;
}

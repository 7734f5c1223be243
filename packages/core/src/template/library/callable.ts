import { Refusal } from '../problem.ts';
import { cannot, isList, isMap, isText, kindOf, type List, type Mapping, type Value } from '../value.ts';

/** A filter, a method or a function. */
export interface Callable {
  readonly name: string;
  /** Names of the arguments in order: one that ends in `?` may be absent, one that ends in `=` is given by its name. */
  readonly parameters: readonly string[];
  /** The result is undefined where Jinja2's is. */
  run(value: Value, ...given: readonly (Value | undefined)[]): Value | undefined;
}

export const callables = (
  table: Readonly<Record<string, readonly [parameters: string, run: Callable['run']]>>,
): ReadonlyMap<string, Callable> =>
  new Map(
    Object.entries(table).map(([name, [parameters, run]]) => [
      name,
      { name, parameters: parameters.split(' ').filter((one) => one !== ''), run },
    ]),
  );

/** A message about what a filter or method was given. */
const expected = (what: string, value: Value | undefined) =>
  new Refusal(`${what} is expected, got ${value === undefined ? 'nothing' : kindOf(value)}`);

export function textOf(value: Value | undefined): string {
  if (value !== undefined && isText(value)) return value;
  throw expected('text', value);
}

export function listOf(value: Value | undefined): List {
  if (value !== undefined && isList(value)) return value;
  throw expected('a list', value);
}

export function mapOf(value: Value | undefined): Mapping {
  if (value !== undefined && isMap(value)) return value;
  throw expected('a map', value);
}

export function intOf(value: Value | undefined): bigint {
  if (typeof value === 'bigint') return value;
  throw expected('a whole number', value);
}

export function flag(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  throw expected('true or false', value);
}

export function lengthOf(value: Value): bigint {
  if (isText(value)) return BigInt([...value].length);
  if (isList(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(value.size);
  throw cannot(value, 'have a length');
}

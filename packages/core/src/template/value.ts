import { Refusal } from './problem.ts';

/** What `tojson` makes. Jinja2 marks it as safe HTML, so that `+` would escape its other side: it is only printed. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What Python gives an iterator, a view or a tuple for: it can be iterated and unpacked, and nothing else. */
export class Sequence {
  readonly values: readonly Value[];
  constructor(values: readonly Value[]) {
    this.values = values;
  }
}

export type List = readonly Value[];
export type Mapping = ReadonlyMap<string, Value>;

/** JSON with Python's two kinds of numbers: a bigint is an int, a number is a float. */
export type Value = null | boolean | bigint | number | string | List | Mapping | JsonText | Sequence;

export const isList = (value: Value): value is List => Array.isArray(value);
export const isMap = (value: Value): value is Mapping => value instanceof Map;
export const isText = (value: Value): value is string => typeof value === 'string';

/** Characters and members; no value of a template has more. */
const largest = 1_000_000;

/** A value from outside: only own, enumerable members of plain data. */
export function fromJson(value: unknown): Value {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      throw new Refusal(`the number ${value} would not keep its digits; give it as text`);
    }
    return Number.isInteger(value) ? BigInt(value) : value;
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value === 'object') {
    return new Map(Object.entries(value).map(([key, member]) => [key, fromJson(member)]));
  }
  throw new Refusal(`a variable must be JSON, got a ${typeof value}`);
}

/** How a message calls a value: by its kind, because the value may be a secret. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'bigint' || typeof value === 'number') return 'a number';
  if (isText(value)) return 'text';
  if (isList(value)) return 'a list';
  if (isMap(value)) return 'a map';
  return value instanceof JsonText ? 'the text of tojson' : 'a sequence';
}

/** Text of any other value is an error: Python's `None` and `['a']` are not JSON. A boolean is `true` or `false`. */
export function printed(value: Value): string {
  if (isText(value)) return value;
  if (value instanceof JsonText) return value.text;
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const instead = value === null ? "write |tojson, or |default('…', true)" : 'write |tojson or |join';
  throw new Refusal(`${kindOf(value)} cannot be printed as text; ${instead}`);
}

/** As Python's `repr` writes a float. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  if (Number(exponent) < -4 || Number(exponent) >= 16) {
    return `${digits}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

export function isTrue(value: Value): boolean {
  if (value instanceof JsonText || value instanceof Sequence) throw cannot(value, 'be a condition');
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  return Boolean(value);
}

/** Python's `==`: an int equals the same float, and `true` equals 1. */
export function equal(a: Value, b: Value): boolean {
  for (const one of [a, b]) {
    if (one instanceof JsonText || one instanceof Sequence) throw cannot(one, 'be compared');
  }
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((one, at) => equal(one, b[at] ?? null));
  }
  if (isMap(a) && isMap(b)) {
    if (a.size !== b.size) return false;
    return [...a].every(([key, one]) => {
      const other = b.get(key);
      return other !== undefined && equal(one, other);
    });
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  return x === undefined || y === undefined ? a === b : x >= y && x <= y;
}

const numberOf = (value: Value): bigint | number | undefined => {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
};

/** Below, at or above 0: numbers, or texts by code points as Python orders them. */
export function order(a: Value, b: Value): number {
  if (isText(a) && isText(b)) return textOrder(a, b);
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : Number(a > b);
  throw new Refusal(`${kindOf(a)} and ${kindOf(b)} have no order`);
}

const isNumber = (value: Value): value is bigint | number =>
  typeof value === 'bigint' || typeof value === 'number';

export function textOrder(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}

/** What `for` runs over: of a map its keys, of a text its characters. */
export function members(value: Value): readonly Value[] {
  if (value instanceof Sequence) return value.values;
  if (isList(value)) return value;
  if (isMap(value)) return keysOf(value);
  if (isText(value)) return [...value];
  throw cannot(value, 'be iterated');
}

/** Python keeps the order of the file; JavaScript puts keys that look like numbers first. */
export function keysOf(map: Mapping): readonly string[] {
  const keys = [...map.keys()];
  if (keys.length > 1 && keys.some((key) => /^\d+$/.test(key))) {
    throw new Refusal('the order of a map with a key that is a number is not known; write |dictsort');
  }
  return keys;
}

export const cannot = (value: Value, what: string): Refusal =>
  new Refusal(`${kindOf(value)} cannot ${what}${value instanceof Sequence ? '; write |list' : ''}`);

/** @throws Refusal for a value that is too large. */
export function bounded<T extends Value>(value: T): T {
  sizeOf(value, 0);
  return value;
}

function sizeOf(value: Value, before: number): number {
  let size = before + 1;
  if (isText(value)) size += value.length;
  else if (isList(value)) for (const one of value) size = sizeOf(one, size);
  else if (isMap(value)) for (const [key, one] of value) size = sizeOf(one, size + key.length);
  if (size > largest) throw tooLarge();
  return size;
}

export const tooLarge = (): Refusal => new Refusal(`a value has more than ${largest} characters and members`);

/** @throws Refusal where `times` copies of so long a text would be too large. */
export function checkLength(times: number, length: number): void {
  if (times * length > largest) throw tooLarge();
}

/** Of Python: `str.strip` and `\s` take other characters for white space than JavaScript does. */
export const space: string =
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const aSpace = new RegExp(space);

/** By a loop: a pattern for the end of a text takes time in the square of its length. */
export function withoutSpaceAfter(text: string): string {
  let end = text.length;
  while (end > 0 && aSpace.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

export const strip = (text: string): string => withoutSpaceAfter(text).replace(new RegExp(`^${space}+`), '');

import { intOf } from '../library/callable.ts';
import { Refusal } from '../problem.ts';
import type { Arithmetic, Comparison } from '../syntax/nodes.ts';
import {
  cannot,
  equal,
  isList,
  isMap,
  isText,
  kindOf,
  members,
  order,
  printed,
  Sequence,
  type Value,
} from '../value.ts';

/** Python's integers have no end; no count of a deployment comes near to this. */
const largest = 2n ** 63n;

export function calculate(operator: Arithmetic, a: Value, b: Value): Value {
  if (operator === '~') return printed(a) + printed(b);
  if (operator === '+' && isText(a) && isText(b)) return a + b;
  if (operator === '+' && isList(a) && isList(b)) return [...a, ...b];
  if (typeof a === 'bigint' && typeof b === 'bigint') return checked(withInts(operator, a, b));
  if (isNumber(a) && isNumber(b)) return checked(withFloats(operator, Number(a), Number(b)));
  const hint = operator === '+' && (isText(a) || isText(b)) ? '; write ~ to join texts' : '';
  throw new Refusal(`${kindOf(a)} ${operator} ${kindOf(b)} has no result${hint}`);
}

const isNumber = (value: Value): value is bigint | number =>
  typeof value === 'bigint' || typeof value === 'number';

function withInts(operator: Arithmetic, a: bigint, b: bigint): Value {
  if (b === 0n && operator !== '+' && operator !== '-' && operator !== '*')
    throw new Refusal('division by 0');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return Number(exact(a)) / Number(exact(b));
    // Python rounds towards the lower number, and the remainder has the sign of the divisor.
    case '//':
      return (a - remainder(a, b)) / b;
    default:
      return remainder(a, b);
  }
}

const remainder = (a: bigint, b: bigint) => ((a % b) + b) % b;

function exact(value: bigint): bigint {
  if (BigInt.asIntN(54, value) === value) return value;
  throw new Refusal('a number is too large to be divided');
}

function withFloats(operator: Arithmetic, a: number, b: number): number {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator !== '/') throw new Refusal(`${operator} takes whole numbers`);
  if (b === 0) throw new Refusal('division by 0');
  return a / b;
}

function checked(value: Value): Value {
  const fits = typeof value === 'bigint' ? value <= largest && value >= -largest : Number.isFinite(value);
  if (fits) return value;
  throw new Refusal('a number is too large');
}

export function negated(operator: '-' | '+', value: Value): Value {
  if (!isNumber(value)) throw cannot(value, `follow ${operator}`);
  return operator === '-' ? -value : value;
}

export function holds(operator: Comparison, a: Value, b: Value): boolean {
  switch (operator) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
    case '<':
      return order(a, b) < 0;
    case '<=':
      return order(a, b) <= 0;
    case '>':
      return order(a, b) > 0;
    case '>=':
      return order(a, b) >= 0;
  }
}

function contains(where: Value, what: Value): boolean {
  if (isText(where) && isText(what)) return where.includes(what);
  if (isMap(where) && isText(what)) return where.has(what);
  if (isList(where) || where instanceof Sequence) return members(where).some((one) => equal(one, what));
  throw new Refusal(`${kindOf(what)} cannot be in ${kindOf(where)}`);
}

/** `value[from:to:step]`, as Python has it: bounds beyond the ends are the ends, negative ones count from the end. */
export function slice(value: Value, bounds: readonly (Value | undefined)[]): Value {
  if (isText(value)) return pick([...value], bounds).join('');
  if (isList(value)) return pick(value, bounds);
  throw cannot(value, 'have items');
}

function pick<T>(items: readonly T[], bounds: readonly (Value | undefined)[]): readonly T[] {
  const [from, to, given] = bounds.map((one) => (one === undefined || one === null ? undefined : intOf(one)));
  const step = Number(given ?? 1n);
  if (step === 0) throw new Refusal('the step of a slice is 0');
  const [lowest, highest] = step > 0 ? [0, items.length] : [-1, items.length - 1];
  const place = (bound: bigint) => {
    const at = Number(bound) + (bound < 0n ? items.length : 0);
    return Math.min(Math.max(at, lowest), highest);
  };
  const start = from === undefined ? (step > 0 ? lowest : highest) : place(from);
  const end = to === undefined ? (step > 0 ? highest : lowest) : place(to);
  const picked: T[] = [];
  for (let at = start; step > 0 ? at < end : at > end; at += step) picked.push(...items.slice(at, at + 1));
  return picked;
}

export const textAt = (text: string, at: bigint): string | undefined => [...text].at(Number(at));

import { Refusal } from '../problem.ts';
import { checkLength, keysOf, members, printed, Sequence, strip, type Value } from '../value.ts';
import { callables, intOf, mapOf, textOf } from './callable.ts';

/** What follows a `.` and is called: Python's methods of `str` and `dict`. */
export const methods = callables({
  endswith: ['suffix', (value, suffix) => textOf(value).endsWith(textOf(suffix))],
  get: ['key default?', (value, key, otherwise = null) => got(mapOf(value).get(textOf(key)), otherwise)],
  items: ['', items],
  join: ['items', (value, values = null) => joined(members(values).map(textOf), textOf(value))],
  keys: ['', (value) => new Sequence(keysOf(mapOf(value)))],
  lower: ['', (value) => lower(textOf(value))],
  replace: ['old new', (value, old, by) => replaced(textOf(value), textOf(old), textOf(by))],
  split: ['separator', (value, separator) => split(textOf(value), textOf(separator))],
  startswith: ['prefix', (value, prefix) => textOf(value).startsWith(textOf(prefix))],
  strip: ['', (value) => strip(textOf(value))],
  upper: ['', (value) => upper(textOf(value))],
  values: ['', (value) => new Sequence(keysOf(mapOf(value)).map((key) => mapOf(value).get(key) ?? null))],
});

export function items(value: Value): Sequence {
  const map = mapOf(value);
  return new Sequence(keysOf(map).map((key) => new Sequence([key, map.get(key) ?? null])));
}

/** A value of `null` is a value. */
const got = (found: Value | undefined, otherwise: Value) => (found === undefined ? otherwise : found);

/** Jinja2's own bound, in its sandbox. */
const longestRange = 100_000;

/** What is called by its name alone. `env` and `must_env` are known to the parser. */
export const functions = callables({
  range: [
    'start stop? step?',
    (_, ...given) => {
      const [first, second] = given;
      return second === undefined ? range(0n, intOf(first)) : range(intOf(first), intOf(second), given[2]);
    },
  ],
});

function range(start: bigint, stop: bigint, given: Value = 1n): Sequence {
  const step = intOf(given);
  if (step === 0n) throw new Refusal('the step of a range is 0');
  const distance = step > 0n ? stop - start : start - stop;
  const size = step > 0n ? step : -step;
  const length = distance > 0n ? (distance + size - 1n) / size : 0n;
  if (length > longestRange) throw new Refusal(`a range has more than ${longestRange} numbers`);
  return new Sequence(Array.from({ length: Number(length) }, (_, at) => start + BigInt(at) * step));
}

/* What filters share with methods. Python and JavaScript agree on the case of a letter (SpecialCasing of Unicode). */
export const lower = (text: string): string => text.toLowerCase();
export const upper = (text: string): string => text.toUpperCase();

export function joined(values: readonly Value[], between: string): string {
  checkLength(values.length, between.length);
  return values.map(printed).join(between);
}

export function replaced(text: string, old: string, by: string): string {
  const parts = split(text, old);
  checkLength(parts.length, by.length);
  return parts.join(by);
}

export function split(text: string, separator: string): readonly string[] {
  if (separator === '') throw new Refusal('the text to look for is empty');
  return text.split(separator);
}

import { Refusal } from '../problem.ts';
import {
  cannot,
  isList,
  isText,
  JsonText,
  type List,
  members,
  order,
  printed,
  Sequence,
  strip,
  textOrder,
  type Value,
} from '../value.ts';
import { callables, flag, intOf, lengthOf, listOf, mapOf, textOf } from './callable.ts';
import { items, joined, lower, replaced, upper } from './functions.ts';
import { toJson } from './json-text.ts';

/** What follows a `|`. `default` is known to the parser, because what it is applied to may be undefined. */
export const filters = callables({
  count: ['', lengthOf],
  dictsort: [
    '',
    (value) =>
      new Sequence(
        [...mapOf(value)]
          .sort(([a], [b]) => textOrder(lower(a), lower(b)))
          .map(([key, member]) => new Sequence([key, member])),
      ),
  ],
  first: ['', (value) => ends(value)[0]],
  int: ['', toInt],
  items: ['', items],
  join: ['d?', (value, between = '') => joined(members(value), textOf(between))],
  last: ['', (value) => ends(value).at(-1)],
  length: ['', lengthOf],
  list: ['', (value) => [...members(value)]],
  lower: ['', (value) => lower(textOf(value))],
  map: [
    'attribute=',
    (value, key) => new Sequence(members(value).map((one) => attributeOf(one, textOf(key)))),
  ],
  max: ['', (value) => extreme(listOf(value), 1)],
  min: ['', (value) => extreme(listOf(value), -1)],
  replace: ['old new', (value, old, by) => replaced(textOf(value), textOf(old), textOf(by))],
  sort: ['reverse? case_sensitive?', (value, ...how) => sorted(members(value), flag(how[0]), flag(how[1]))],
  string: ['', (value) => (value instanceof JsonText ? value : printed(value))],
  tojson: ['indent?', (value, indent) => toJson(value, indent === undefined ? undefined : levels(indent))],
  trim: ['', (value) => strip(textOf(value))],
  upper: ['', (value) => upper(textOf(value))],
});

/** What Jinja2 has, and what to write here. */
export const otherFilters: Readonly<Record<string, string>> = {
  abs: 'compare with 0',
  attr: "write x['key']",
  capitalize: 'give the text as it should be',
  center: 'write the spaces',
  dump: 'write |tojson',
  e: 'nothing is escaped; write |tojson for JSON',
  escape: 'nothing is escaped; write |tojson for JSON',
  float: 'give the variable as a number',
  format: 'join texts with ~',
  forceescape: 'nothing is escaped; write |tojson for JSON',
  reject: 'write {% for … if … %}',
  rejectattr: 'write {% for … if … %}',
  reverse: 'write x[::-1]',
  round: 'write // for whole numbers',
  safe: 'remove it; nothing is escaped',
  select: 'write {% for … if … %}',
  selectattr: 'write {% for … if … %}',
  sum: 'add with +',
  title: 'give the text as it should be',
};

function ends(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (isText(value)) return [...value];
  throw cannot(value, 'have a first and a last item');
}

function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  if (isText(value) && /^-?\d{1,18}$/.test(value)) return BigInt(value);
  throw new Refusal(
    isText(value) ? 'the text is not a whole number' : cannot(value, 'be a whole number').message,
  );
}

function attributeOf(value: Value, key: string): Value {
  if (!/^[A-Za-z_-][\w-]*$/.test(key)) throw new Refusal('the attribute of map must be one plain key');
  const found = mapOf(value).get(key);
  if (found === undefined) throw new Refusal(`an item has no key "${key}"`, 'TEMPLATE_UNDEFINED');
  return found;
}

/** The first of equal ones, as Python has it. */
function extreme(values: List, sign: 1 | -1): Value | undefined {
  if (values.some(isText)) throw new Refusal('max and min take numbers');
  return values.reduce<Value | undefined>(
    (best, one) => (best === undefined || order(one, best) * sign > 0 ? one : best),
    undefined,
  );
}

function sorted(values: readonly Value[], reverse: boolean, caseSensitive: boolean): List {
  const key = (value: Value) => (isText(value) && !caseSensitive ? lower(value) : value);
  return [...values].sort((a, b) => (reverse ? order(key(b), key(a)) : order(key(a), key(b))));
}

function levels(value: Value): number {
  const indent = intOf(value);
  if (indent < 0n || indent > 16n) throw new Refusal('indent must be from 0 to 16');
  return Number(indent);
}

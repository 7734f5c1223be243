import { nearest } from '../../inputs/near.ts';
import type { Callable } from '../library/callable.ts';
import { filters, otherFilters } from '../library/filters.ts';
import { functions, methods } from '../library/functions.ts';
import { tests } from '../library/tests.ts';
import { Refusal } from '../problem.ts';
import { isText } from '../value.ts';
import { type Cursor, expect, expectName, isOperator, isWord, peek, previousEnd, takeIf } from './cursor.ts';
import type { Expression } from './nodes.ts';
import type { Token } from './tokens.ts';

/** Reads an expression: that of an argument. It is passed in, because it reads calls itself. */
type Parse = (cursor: Cursor) => Expression;

/** Known to the parser, because what they are applied to may be undefined, or is read without a rendering. */
const env: Callable = { name: 'env', parameters: ['name', 'default'], run: () => null };
const mustEnv: Callable = { name: 'must_env', parameters: ['name'], run: () => null };
const defaultFilter: Callable = {
  name: 'default',
  parameters: ['default_value?', 'boolean?'],
  run: () => null,
};

/** Stands where a callable is missing, which is reported, so that the rest of the tag is read as well. */
const nothing: Callable = { name: '', parameters: [], run: () => null };

const ownFunctions = new Map([...functions, ['env', env], ['must_env', mustEnv]]);
const ownFilters = new Map([...filters, ['default', defaultFilter], ['d', defaultFilter]]);

/** Names that mean a function, also those of Jinja2 that are not here. */
export const functionNames: ReadonlySet<string> = new Set([
  ...ownFunctions.keys(),
  ...['dict', 'lipsum', 'cycler', 'joiner', 'namespace'],
]);

/** `name(…)` */
export function parseFunction(cursor: Cursor, { text: name, at }: Token, parse: Parse): Expression {
  const callable = named(ownFunctions, name, `the function ${name}()`, cursor, at);
  const given = parseArguments(cursor, callable, false, parse);
  const place = { at, end: previousEnd(cursor) };
  if (callable !== env && callable !== mustEnv) return { kind: 'call', callable, given, ...place };
  const [variable, otherwise] = given;
  const value = variable?.kind === 'literal' ? variable.value : null;
  if (variable && (value === null || !isText(value))) {
    cursor.report(`the name of an environment variable must be a text: ${name}('NAME')`, variable.at);
  }
  return { kind: 'environment', name: String(value), otherwise, ...place };
}

/** `of.name(…)`, of which the name was taken. */
export function parseMethod(
  cursor: Cursor,
  of: Expression,
  { text: name, at }: Token,
  parse: Parse,
): Expression {
  const callable = named(methods, name, `the method .${name}()`, cursor, at);
  const given = parseArguments(cursor, callable, false, parse);
  return { kind: 'call', callable, of, given, at: of.at, end: previousEnd(cursor) };
}

/** `of|name`, or `of|name(…)` */
export function parseFilter(cursor: Cursor, of: Expression, parse: Parse): Expression {
  const { at } = peek(cursor);
  const name = expectName(cursor, 'the name of a filter');
  const instead = Object.hasOwn(otherFilters, name) ? otherFilters[name] : undefined;
  if (instead !== undefined) cursor.report(`the filter ${name} is not supported; ${instead}`, at);
  const callable =
    instead === undefined ? named(ownFilters, name, `the filter ${name}`, cursor, at) : nothing;
  const given = parseArguments(cursor, callable, true, parse);
  const place = { at: of.at, end: previousEnd(cursor) };
  if (callable !== defaultFilter) return { kind: 'call', callable, of, given, ...place };
  const [otherwise, alsoFalse] = given;
  return { kind: 'default', of, otherwise, alsoFalse, ...place };
}

/** `of is name`, or `of is not name` */
export function parseTest(cursor: Cursor, of: Expression): Expression {
  const isNegated = takeIf(cursor, 'not') !== undefined;
  const { at } = peek(cursor);
  const test = expectName(cursor, 'the name of a test');
  const end = previousEnd(cursor);
  named(tests, test, `the test "is ${test}"`, cursor, at);
  const { kind } = peek(cursor);
  // Jinja2 takes whatever can begin a value for an argument.
  const isWordAfter = kind === 'name' && !['and', 'else', 'or'].some((word) => isWord(cursor, word));
  const isBracket = ['(', '[', '{'].some((bracket) => isOperator(cursor, bracket));
  if (kind === 'text' || kind === 'number' || isWordAfter || isBracket) {
    throw new Refusal(`"is ${test}" takes no argument; put the test in brackets`, 'TEMPLATE_INVALID', at);
  }
  const found: Expression = { kind: 'test', test, of, at: of.at, end };
  return isNegated ? { kind: 'unary', operator: 'not', operand: found, at: of.at, end } : found;
}

/** What there is under a name. Where there is nothing, that is reported, with what was probably meant. */
function named<T>(
  table: ReadonlyMap<string, T>,
  name: string,
  what: string,
  { report }: Cursor,
  at: number,
): T | typeof nothing {
  const found = table.get(name);
  if (found !== undefined) return found;
  const names = [...table.keys()].toSorted();
  const near = nearest(name, names);
  const instead = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  report(`${what} is not supported; ${instead}`, at);
  return nothing;
}

/**
 * Arguments in brackets, if there are any, in the order of the parameters. A filter takes them by name as well; what
 * is built into Python does not.
 */
function parseArguments(
  cursor: Cursor,
  callable: Callable,
  isFilter: boolean,
  parse: Parse,
): readonly (Expression | undefined)[] {
  const { at } = peek(cursor);
  const bound: (Expression | undefined)[] = [];
  const parameters = callable.parameters.map((one) => /^(?<name>\w+)(?<rule>.?)$/.exec(one)?.groups ?? {});
  const report = (message: string, where: number) => callable !== nothing && cursor.report(message, where);
  let count = 0;
  let wasNamed = false;
  if (takeIf(cursor, '(')) {
    while (!takeIf(cursor, ')')) {
      if (count > 0) expect(cursor, ',');
      if (count > 0 && takeIf(cursor, ')')) break;
      const { kind, text, at: place } = peek(cursor);
      const isNamed = kind === 'name' && isOperator(cursor, '=', 1);
      if (isNamed) cursor.next += 2;
      const value = parse(cursor);
      const index = isNamed ? parameters.findIndex(({ name }) => name === text) : count;
      const parameter = parameters[index];
      const fits = isNamed ? isFilter : parameter?.rule !== '=' && !wasNamed;
      if (parameter && fits && !bound[index]) bound[index] = value;
      else report(`${callable.name} does not take this argument`, place);
      wasNamed ||= isNamed;
      count += 1;
    }
  }
  const absent = parameters.find(({ rule }, index) => rule !== '?' && !bound[index]);
  if (absent) report(`${callable.name} needs the argument ${absent.name}`, at);
  return bound;
}

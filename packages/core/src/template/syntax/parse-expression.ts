import { Refusal } from '../problem.ts';
import type { Value } from '../value.ts';
import {
  type Cursor,
  countOperand,
  expect,
  expectName,
  isOperator,
  isWord,
  peek,
  previousEnd,
  take,
  takeIf,
  unexpected,
} from './cursor.ts';
import type { Arithmetic, Comparison, Expression } from './nodes.ts';
import { functionNames, parseFilter, parseFunction, parseMethod, parseTest } from './parse-call.ts';

const words = new Set('and else if in is not or self super true false none True False None'.split(' '));

/** A name to which a template may give a value. */
export function expectTarget(cursor: Cursor): string {
  const { at } = peek(cursor);
  const name = expectName(cursor, 'a name');
  if (!words.has(name) && !functionNames.has(name) && name !== 'loop') return name;
  throw new Refusal(`"${name}" cannot be given a value; use another name`, 'TEMPLATE_INVALID', at);
}

export function parseExpression(cursor: Cursor): Expression {
  let expression = parseOr(cursor);
  while (takeIf(cursor, 'if')) {
    const then = expression;
    const condition = parseOr(cursor);
    const otherwise = takeIf(cursor, 'else') ? parseExpression(cursor) : undefined;
    const end = (otherwise ?? condition).end;
    expression = { kind: 'choice', condition, then, otherwise, at: then.at, end };
  }
  return expression;
}

/** One level of operators that take what is on their left first. */
const level =
  (operators: readonly (Arithmetic | 'and' | 'or')[], operand: (cursor: Cursor) => Expression) =>
  (cursor: Cursor): Expression => {
    let left = operand(cursor);
    for (;;) {
      const operator = operators.find((one) => takeIf(cursor, one));
      if (operator === undefined) return left;
      const right = operand(cursor);
      left = { kind: 'binary', operator, left, right, at: left.at, end: right.end };
    }
  };

// From the operator that binds most: Jinja2's order, where ~ binds more than +.
const parseProduct = level(['*', '/', '//', '%'], (cursor) => parseUnary(cursor));
const parseConcatenation = level(['~'], parseProduct);
const parseSum = level(['+', '-'], parseConcatenation);
const parseAnd = level(['and'], parseNot);

/** An expression that is not a choice: after the list of a `for`, `if` begins its condition. */
export const parseOr: (cursor: Cursor) => Expression = level(['or'], parseAnd);

function parseNot(cursor: Cursor): Expression {
  const { at } = peek(cursor);
  if (!takeIf(cursor, 'not')) return parseComparison(cursor);
  countOperand(cursor);
  const operand = parseNot(cursor);
  return { kind: 'unary', operator: 'not', operand, at, end: operand.end };
}

function parseComparison(cursor: Cursor): Expression {
  const first = parseSum(cursor);
  const rest: (readonly [Comparison, Expression])[] = [];
  for (;;) {
    const operator = takeComparison(cursor);
    if (operator === undefined) break;
    rest.push([operator, parseSum(cursor)]);
  }
  const end = rest.at(-1)?.[1].end;
  return end === undefined ? first : { kind: 'compare', first, rest, at: first.at, end };
}

const comparisons: readonly Comparison[] = ['==', '!=', '<', '<=', '>', '>=', 'in'];

function takeComparison(cursor: Cursor): Comparison | undefined {
  if (isWord(cursor, 'not') && isWord(cursor, 'in', 1)) {
    cursor.next += 2;
    return 'not in';
  }
  return comparisons.find((one) => takeIf(cursor, one));
}

function parseUnary(cursor: Cursor, withFilters = true): Expression {
  const { at, text } = peek(cursor);
  countOperand(cursor);
  let expression: Expression;
  if (takeIf(cursor, '-', '+')) {
    const operand = parseUnary(cursor, false);
    expression = { kind: 'unary', operator: text === '-' ? '-' : '+', operand, at, end: operand.end };
  } else {
    expression = parsePrimary(cursor);
  }
  expression = parsePostfix(cursor, expression);
  if (takeIf(cursor, '**')) throw new Refusal('** is not supported; write *', 'TEMPLATE_INVALID', at);
  return withFilters ? parseFilters(cursor, expression) : expression;
}

const constants: Readonly<Record<string, Value>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

function parsePrimary(cursor: Cursor): Expression {
  const token = peek(cursor);
  const { kind, text, at, end } = token;
  const literal = (value: Value): Expression => ({ kind: 'literal', value, at, end });
  if (kind === 'text') {
    take(cursor);
    return literal(text);
  }
  if (kind === 'number') {
    take(cursor);
    return literal(text.includes('.') ? Number(text) : BigInt(text));
  }
  if (takeIf(cursor, '[')) return parseList(cursor, at);
  if (takeIf(cursor, '{')) return parseMap(cursor, at);
  if (takeIf(cursor, '(')) {
    const expression = parseExpression(cursor);
    if (isOperator(cursor, ','))
      throw new Refusal('a tuple is not supported; write a list: […]', 'TEMPLATE_INVALID', at);
    expect(cursor, ')');
    return { ...expression, at, end: previousEnd(cursor) };
  }
  if (kind !== 'name') throw unexpected(cursor, 'a value');
  const constant = Object.hasOwn(constants, text) ? constants[text] : undefined;
  if (constant === undefined && words.has(text)) throw unexpected(cursor, 'a value');
  take(cursor);
  if (constant !== undefined) return literal(constant);
  if (isOperator(cursor, '(')) return parseFunction(cursor, token, parseExpression);
  if (functionNames.has(text)) cursor.report(`${text} is a function; give the variable another name`, at);
  return { kind: 'name', name: text, at, end };
}

function parseList(cursor: Cursor, at: number): Expression {
  const items: Expression[] = [];
  while (!takeIf(cursor, ']')) {
    if (items.length > 0) expect(cursor, ',');
    if (takeIf(cursor, ']')) break;
    items.push(parseExpression(cursor));
  }
  return { kind: 'list', items, at, end: previousEnd(cursor) };
}

function parseMap(cursor: Cursor, at: number): Expression {
  const entries: (readonly [Expression, Expression])[] = [];
  while (!takeIf(cursor, '}')) {
    if (entries.length > 0) expect(cursor, ',');
    if (takeIf(cursor, '}')) break;
    const key = parseExpression(cursor);
    expect(cursor, ':');
    entries.push([key, parseExpression(cursor)]);
  }
  return { kind: 'map', entries, at, end: previousEnd(cursor) };
}

function parsePostfix(cursor: Cursor, start: Expression): Expression {
  let expression = start;
  for (;;) {
    const { at } = peek(cursor);
    if (takeIf(cursor, '.')) expression = parseMember(cursor, expression);
    else if (takeIf(cursor, '[')) expression = parseSubscript(cursor, expression);
    else if (takeIf(cursor, '('))
      throw new Refusal('only a function or a method can be called', 'TEMPLATE_INVALID', at);
    else return expression;
    countOperand(cursor);
  }
}

function parseMember(cursor: Cursor, of: Expression): Expression {
  const token = peek(cursor);
  const name = expectName(cursor, 'a name after the dot (write x[0] for an item of a list)');
  if (isOperator(cursor, '(')) return parseMethod(cursor, of, token, parseExpression);
  const { at, end } = token;
  if (name.startsWith('__')) cursor.report(`${name} is an internal of Python and is not supported`, at);
  return { kind: 'member', of, key: { kind: 'literal', value: name, at, end }, dotted: true, at: of.at, end };
}

function parseSubscript(cursor: Cursor, of: Expression): Expression {
  const bounds: (Expression | undefined)[] = [];
  for (;;) {
    const isEmpty = isOperator(cursor, ':') || isOperator(cursor, ']');
    bounds.push(isEmpty ? undefined : parseExpression(cursor));
    if (bounds.length === 3 || !takeIf(cursor, ':')) break;
  }
  expect(cursor, ']');
  const place = { of, at: of.at, end: previousEnd(cursor) };
  if (bounds.length > 1) return { kind: 'slice', bounds, ...place };
  const [key] = bounds;
  if (key === undefined) throw unexpected({ ...cursor, next: cursor.next - 1 }, 'a key');
  return { kind: 'member', key, dotted: false, ...place };
}

function parseFilters(cursor: Cursor, start: Expression): Expression {
  let expression = start;
  for (;;) {
    const { at } = peek(cursor);
    if (takeIf(cursor, '|')) expression = parseFilter(cursor, expression, parseExpression);
    else if (takeIf(cursor, 'is')) expression = parseTest(cursor, expression);
    else if (takeIf(cursor, '('))
      throw new Refusal('only a function or a method can be called', 'TEMPLATE_INVALID', at);
    else return expression;
    countOperand(cursor);
  }
}

import { near } from '../../inputs/near.ts';
import { flag } from '../library/callable.ts';
import { passes } from '../library/tests.ts';
import { type Finding, Refusal } from '../problem.ts';
import type { Expression } from '../syntax/nodes.ts';
import { bounded, cannot, isList, isMap, isText, isTrue, kindOf, type Value } from '../value.ts';
import { calculate, holds, negated, slice, textAt } from './operators.ts';

/** Stands for the value of a `set` that failed; what reads it is skipped, because the problem is known. */
export const failed = new Refusal('');

/** The names of a template, of a `for`, or of the body of a `set`. */
export class Scope {
  readonly #names = new Map<string, Value | Refusal>();
  readonly #outer: Scope | undefined;
  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  set(name: string, value: Value | Refusal): void {
    this.#names.set(name, value);
  }

  get(name: string): Value | Refusal | undefined {
    return this.#names.has(name) ? this.#names.get(name) : this.#outer?.get(name);
  }

  names(): readonly string[] {
    return [...this.#names.keys(), ...(this.#outer?.names() ?? [])];
  }
}

export interface Context {
  readonly source: string;
  readonly scope: Scope;
  /** The environment variables that a template may read. */
  readonly env: Readonly<Record<string, string>>;
  /** Counts what is done, and ends what would never end. */
  step(): void;
}

/** @throws Refusal, also where the value is undefined */
export function evaluate(expression: Expression, context: Context): Value {
  const value = evaluateOptional(expression, context);
  if (value !== undefined) return value;
  throw new Refusal(undefinedMessage(expression, context), 'TEMPLATE_UNDEFINED', expression.at);
}

/** What `default` and `is defined` are applied to: undefined where there is no such name, key or item. */
export function evaluateOptional(expression: Expression, context: Context): Value | undefined {
  context.step();
  try {
    return compute(expression, context);
  } catch (thrown) {
    if (thrown instanceof Refusal) thrown.at ??= expression.at;
    throw thrown;
  }
}

/** What is wrong with an expression that has no names. */
export function constantProblem(expression: Expression, isOptional: boolean): Finding | undefined {
  const context: Context = { source: '', scope: new Scope(), env: {}, step: () => {} };
  try {
    if (isOptional || expression.kind === 'choice') evaluateOptional(expression, context);
    else evaluate(expression, context);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { code: thrown.code, message: thrown.message, at: thrown.at ?? expression.at };
  }
}

function compute(expression: Expression, context: Context): Value | undefined {
  const value = (part: Expression) => evaluate(part, context);
  const optional = (part: Expression | undefined) => part && value(part);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name': {
      const found = context.scope.get(expression.name);
      if (found instanceof Refusal) throw found;
      return found;
    }
    case 'list':
      return bounded(expression.items.map(value));
    case 'map':
      return bounded(new Map(expression.entries.map(([key, member]) => [keyOf(value(key)), value(member)])));
    case 'member':
      return memberOf(value(expression.of), value(expression.key), expression.dotted);
    case 'slice':
      return slice(value(expression.of), expression.bounds.map(optional));
    case 'call': {
      const of = expression.of ? value(expression.of) : null;
      const result = expression.callable.run(of, ...expression.given.map(optional));
      return result === undefined ? undefined : bounded(result);
    }
    case 'environment': {
      const { name, otherwise } = expression;
      return Object.hasOwn(context.env, name) ? context.env[name] : optional(otherwise);
    }
    case 'default': {
      const found = evaluateOptional(expression.of, context);
      const alsoFalse = flag(optional(expression.alsoFalse));
      const otherwise = expression.otherwise ? value(expression.otherwise) : '';
      return found === undefined || (alsoFalse && !isTrue(found)) ? otherwise : found;
    }
    case 'test': {
      const { test, of } = expression;
      if (test === 'defined') return evaluateOptional(of, context) !== undefined;
      if (test === 'undefined') return evaluateOptional(of, context) === undefined;
      return passes(test, value(of));
    }
    case 'unary': {
      const operand = value(expression.operand);
      return expression.operator === 'not' ? !isTrue(operand) : negated(expression.operator, operand);
    }
    case 'binary': {
      const { operator, left, right } = expression;
      const first = value(left);
      if (operator === 'and') return isTrue(first) ? value(right) : first;
      if (operator === 'or') return isTrue(first) ? first : value(right);
      return bounded(calculate(operator, first, value(right)));
    }
    case 'compare': {
      let left = value(expression.first);
      for (const [operator, operand] of expression.rest) {
        const right = value(operand);
        if (!holds(operator, left, right)) return false;
        left = right;
      }
      return true;
    }
    case 'choice': {
      const { condition, then, otherwise } = expression;
      return isTrue(value(condition)) ? value(then) : optional(otherwise);
    }
  }
}

function keyOf(key: Value): string {
  if (isText(key)) return key;
  throw new Refusal('a key of a map must be text');
}

/** Attributes that every map of Python has. Jinja2 finds them before a key that is written after a dot. */
const pythons = new Set('clear copy fromkeys get items keys pop popitem setdefault update values'.split(' '));

function memberOf(of: Value, key: Value, dotted: boolean): Value | undefined {
  if (isMap(of)) {
    if (!isText(key)) throw new Refusal('a key of a map must be text');
    const isPythons = pythons.has(key) || key.startsWith('__');
    if (isPythons && dotted) throw new Refusal(`.${key} is a method of Python; write ['${key}'] for a key`);
    if (isPythons && !of.has(key))
      throw new Refusal(`there is no key "${key}", and Python has a method of that name`);
    return of.get(key);
  }
  if (dotted) throw cannot(of, `have the key "${String(key)}"`);
  if (typeof key !== 'bigint') throw new Refusal(`an item needs a whole number, got ${kindOf(key)}`);
  if (isList(of)) return of.at(Number(key));
  if (isText(of)) return textAt(of, key);
  throw cannot(of, 'have items');
}

function undefinedMessage(expression: Expression, { source, scope }: Context): string {
  if (expression.kind === 'choice') return "the condition is false and there is no else; write else ''";
  const text = source.slice(expression.at, expression.end);
  return expression.kind === 'name' ? notDefined(text, scope.names()) : `${text} is not defined`;
}

export const notDefined = (name: string, known: readonly string[]): string =>
  `"${name}" is not defined${near(name, known)}`;

import { type Finding, Refusal } from '../problem.ts';
import type { Expression, ForStatement, Statement } from '../syntax/nodes.ts';
import { bounded, cannot, isList, isTrue, members, printed, Sequence, type Value } from '../value.ts';
import { type Context, evaluate, evaluateOptional, failed, Scope } from './evaluate.ts';

/** A part of what was rendered. */
export interface Part {
  readonly text: string;
  /** Where it comes from in the template. */
  readonly at: number;
  /** It is a text of the template itself, character for character. */
  readonly isData: boolean;
}

const mostSteps = 200_000;

/** Renders what can be rendered. Each tag that fails is a finding, and leaves nothing. */
export function render(
  template: readonly Statement[],
  source: string,
  variables: ReadonlyMap<string, Value>,
  env: Readonly<Record<string, string>>,
): { readonly parts: readonly Part[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const root = new Scope();
  for (const [name, value] of variables) root.set(name, value);
  let steps = 0;
  let length = 0;
  const step = () => {
    steps += 1;
    if (steps > mostSteps) throw new TooLong();
  };

  function body(statements: readonly Statement[], scope: Scope, parts: Part[]): void {
    for (const statement of statements) run(statement, scope, parts);
  }

  function run(statement: Statement, scope: Scope, parts: Part[]): void {
    step();
    const context: Context = { source, scope, env, step };
    switch (statement.kind) {
      case 'data':
        add(parts, statement.text, statement.at, true);
        break;
      case 'output': {
        const { expression } = statement;
        const text = attempt(expression.at, () => output(expression, context));
        if (text !== undefined) add(parts, text, expression.at, false);
        break;
      }
      case 'set':
        scope.set(statement.name, valueToSet(statement.value, context));
        break;
      case 'if':
        body(branchOf(statement, context), scope, parts);
        break;
      case 'for':
        loop(statement, context, parts);
    }
  }

  function add(parts: Part[], text: string, at: number, isData: boolean): void {
    length += text.length;
    if (length > longest) throw new TooLong();
    parts.push({ text, at, isData });
  }

  function valueToSet(
    value: Extract<Statement, { kind: 'set' }>['value'],
    context: Context,
  ): Value | Refusal {
    if ('kind' in value) {
      const evaluated = attempt(value.at, () => evaluate(value, context));
      return evaluated === undefined ? failed : evaluated;
    }
    const parts: Part[] = [];
    const before = findings.length;
    body(value, new Scope(context.scope), parts);
    return findings.length > before ? failed : bounded(textOf(parts));
  }

  function branchOf(
    { branches, otherwise = [] }: Extract<Statement, { kind: 'if' }>,
    context: Context,
  ): readonly Statement[] {
    for (const { condition, body: then } of branches) {
      const holds = attempt(condition.at, () => isTrue(evaluate(condition, context)));
      if (holds === undefined) return [];
      if (holds) return then;
    }
    return otherwise;
  }

  function loop(statement: ForStatement, context: Context, parts: Part[]): void {
    const { iterable, condition } = statement;
    const rounds = attempt(iterable.at, () => {
      const all = members(evaluate(iterable, context)).map((value) => {
        step();
        return unpacked(value, statement, context.scope);
      });
      return condition ? all.filter((scope) => isTrue(evaluate(condition, { ...context, scope }))) : all;
    });
    if (!rounds) return;
    rounds.forEach((scope, at) => {
      scope.set('loop', loopOf(at, rounds.length));
      body(statement.body, scope, parts);
    });
    if (rounds.length === 0) body(statement.otherwise, new Scope(context.scope), parts);
  }

  function attempt<T>(at: number, action: () => T): T | undefined {
    try {
      return action();
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      findings.push({ code: thrown.code, message: thrown.message, at: thrown.at ?? at });
      return undefined;
    }
  }

  const parts: Part[] = [];
  try {
    body(template, root, parts);
  } catch (thrown) {
    if (!(thrown instanceof TooLong)) throw thrown;
    findings.push({
      code: 'TEMPLATE_INVALID',
      message: `it does not end within ${mostSteps} steps and ${longest} characters`,
      at: 0,
    });
  }
  return { parts, findings: findings.filter(({ message }) => message !== failed.message) };
}

const longest = 1024 * 1024;

class TooLong extends Error {}

/** A choice without `else` prints nothing where its condition is false. */
function output(expression: Expression, context: Context): string {
  const value =
    expression.kind === 'choice' ? evaluateOptional(expression, context) : evaluate(expression, context);
  return value === undefined ? '' : printed(value);
}

export const textOf = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('');

function unpacked(value: Value, { targets }: ForStatement, outer: Scope): Scope {
  const scope = new Scope(outer);
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) {
    scope.set(only, value);
    return scope;
  }
  if (!isList(value) && !(value instanceof Sequence))
    throw cannot(value, `be unpacked into ${targets.join(', ')}`);
  const parts = members(value);
  if (parts.length !== targets.length) {
    throw new Refusal(`${parts.length} values cannot be unpacked into ${targets.join(', ')}`);
  }
  for (const [at, name] of targets.entries()) scope.set(name, parts[at] ?? null);
  return scope;
}

const loopOf = (at: number, length: number): Value =>
  new Map<string, Value>([
    ['index', BigInt(at + 1)],
    ['index0', BigInt(at)],
    ['revindex', BigInt(length - at)],
    ['revindex0', BigInt(length - at - 1)],
    ['first', at === 0],
    ['last', at === length - 1],
    ['length', BigInt(length)],
  ]);

import { constantProblem } from './evaluation/evaluate.ts';
import type { Finding } from './problem.ts';
import { type Expression, type ForStatement, partsOf, type Statement } from './syntax/nodes.ts';

/** A name that a template reads without having given it a value. */
interface Read {
  readonly name: string;
  readonly at: number;
  /** It may be undefined here: `default` or `is defined` is applied to it. */
  readonly isOptional: boolean;
}

interface Names {
  readonly reads: readonly Read[];
  /** What the template tests by `is defined` or `is undefined`. */
  readonly tested: ReadonlySet<string>;
  /** Environment variables without which it cannot be rendered. */
  readonly environment: readonly { readonly name: string; readonly at: number }[];
}

interface Scope {
  /** Names that certainly have a value here. */
  readonly given: Set<string>;
  /** Names that an outer scope sets somewhere. Before it does, Jinja2 finds nothing under them in here. */
  readonly setOutside: ReadonlySet<string>;
  /** Names that this scope sets somewhere. */
  readonly setHere: ReadonlySet<string>;
  /** What `loop` is: a variable like any other, that of a `for`, or, in the condition of a `for`, not known. */
  readonly loop: 'variable' | 'loop' | 'unknown';
}

const loopKeys: readonly string[] = ['first', 'index', 'index0', 'last', 'length', 'revindex', 'revindex0'];

/** Walks a template without rendering it. */
export function namesOf(template: readonly Statement[], find: (finding: Finding) => void): Names {
  const report = (message: string, at: number) => find({ code: 'TEMPLATE_INVALID', message, at });
  const reads: Read[] = [];
  const tested = new Set<string>();
  const environment: { name: string; at: number }[] = [];

  function walkBody(statements: readonly Statement[], scope: Scope): void {
    for (const statement of statements) walkStatement(statement, scope);
  }

  const inner = (scope: Scope, body: readonly Statement[], more: Partial<Scope> = {}): Scope => ({
    ...scope,
    given: new Set(scope.given),
    setOutside: new Set([...scope.setOutside, ...scope.setHere]),
    setHere: setIn(body),
    ...more,
  });

  function walkStatement(statement: Statement, scope: Scope): void {
    switch (statement.kind) {
      case 'data':
        return;
      case 'output':
        walk(statement.expression, scope);
        return;
      case 'set':
        if ('kind' in statement.value) walk(statement.value, scope);
        else walkBody(statement.value, inner(scope, statement.value));
        scope.given.add(statement.name);
        return;
      case 'if': {
        const branches = statement.branches.map(({ condition, body }) => {
          walk(condition, scope);
          return branch(body, scope);
        });
        const otherwise = branch(statement.otherwise ?? [], scope);
        for (const name of otherwise) {
          if (branches.every((given) => given.has(name))) scope.given.add(name);
        }
        return;
      }
      case 'for':
        walkFor(statement, scope);
    }
  }

  function branch(body: readonly Statement[], scope: Scope): ReadonlySet<string> {
    const given = new Set(scope.given);
    walkBody(body, { ...scope, given });
    return given;
  }

  function walkFor({ targets, iterable, condition, body, otherwise }: ForStatement, scope: Scope): void {
    walk(iterable, scope);
    const given = new Set([...scope.given, ...targets]);
    if (condition) walk(condition, inner(scope, [], { given, loop: 'unknown' }));
    walkBody(body, inner(scope, body, { given, loop: 'loop' }));
    walkBody(otherwise, inner(scope, otherwise));
  }

  function walk(expression: Expression, scope: Scope, isOptional = false): void {
    if (expression.kind === 'name') {
      walkName(expression, scope, isOptional);
      return;
    }
    if (isConstant(expression)) {
      // Jinja2 evaluates it while it compiles, also in a branch that is not taken.
      const problem = constantProblem(expression, isOptional);
      if (problem) find(problem);
      return;
    }
    if (isLoopMember(expression, scope)) {
      const { key, dotted } = expression;
      const known = dotted && key.kind === 'literal' && loopKeys.includes(String(key.value));
      if (!known)
        report(`of loop there are ${loopKeys.map((one) => `loop.${one}`).join(', ')}`, expression.at);
      return;
    }
    if (expression.kind === 'environment' && !expression.otherwise) {
      environment.push({ name: expression.name, at: expression.at });
    }
    const asks = expression.kind === 'test' && ['defined', 'undefined'].includes(expression.test);
    if (asks && expression.of.kind === 'name') tested.add(expression.of.name);
    for (const part of partsOf(expression)) {
      const mayBeUndefined = asks || (expression.kind === 'default' && part === expression.of);
      walk(part, scope, mayBeUndefined);
    }
  }

  function walkName(
    { name, at }: Extract<Expression, { kind: 'name' }>,
    scope: Scope,
    isOptional: boolean,
  ): void {
    if (name === 'loop' && scope.loop !== 'variable') {
      const where =
        scope.loop === 'loop' ? 'is not a value; write loop.index' : 'is not known in the condition of a for';
      report(`loop ${where}`, at);
    } else if (scope.setOutside.has(name) && !scope.given.has(name)) {
      report(`"${name}" is set outside of this loop or block; set it before, in every case`, at);
    } else if (!scope.given.has(name)) {
      reads.push({ name, at, isOptional });
    }
  }

  walkBody(template, { given: new Set(), setOutside: new Set(), setHere: setIn(template), loop: 'variable' });
  return { reads, tested, environment };
}

const isConstant = (expression: Expression): boolean =>
  expression.kind !== 'name' && expression.kind !== 'environment' && partsOf(expression).every(isConstant);

const isLoopMember = (
  expression: Expression,
  scope: Scope,
): expression is Extract<Expression, { kind: 'member' }> =>
  expression.kind === 'member' &&
  expression.of.kind === 'name' &&
  expression.of.name === 'loop' &&
  scope.loop === 'loop';

/** What a scope sets; a `for` and the body of a `set` are scopes of their own, an `if` is not. */
function setIn(statements: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    if (statement.kind === 'set') names.add(statement.name);
    if (statement.kind !== 'if') continue;
    for (const body of [...statement.branches.map((one) => one.body), statement.otherwise ?? []]) {
      for (const name of setIn(body)) names.add(name);
    }
  }
  return names;
}

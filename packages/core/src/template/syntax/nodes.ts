import type { Callable } from '../library/callable.ts';
import type { Value } from '../value.ts';

interface Placed {
  /** Where it is in the text: from `at` up to, not including, `end`. */
  readonly at: number;
  readonly end: number;
}

export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%' | '~';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export type Expression = Placed &
  (
    | { readonly kind: 'literal'; readonly value: Value }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    | { readonly kind: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
    /** `of.key`, where `dotted`, or `of[key]`. */
    | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression; readonly dotted: boolean }
    | {
        readonly kind: 'slice';
        readonly of: Expression;
        readonly bounds: readonly (Expression | undefined)[];
      }
    /** A filter, a method or a function, which has no `of`. */
    | {
        readonly kind: 'call';
        readonly callable: Callable;
        readonly of?: Expression | undefined;
        readonly given: readonly (Expression | undefined)[];
      }
    | { readonly kind: 'environment'; readonly name: string; readonly otherwise?: Expression | undefined }
    | {
        readonly kind: 'default';
        readonly of: Expression;
        readonly otherwise?: Expression | undefined;
        readonly alsoFalse?: Expression | undefined;
      }
    | { readonly kind: 'test'; readonly test: string; readonly of: Expression }
    | { readonly kind: 'unary'; readonly operator: 'not' | '-' | '+'; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: Arithmetic | 'and' | 'or';
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'compare';
        readonly first: Expression;
        readonly rest: readonly (readonly [Comparison, Expression])[];
      }
    | {
        readonly kind: 'choice';
        readonly condition: Expression;
        readonly then: Expression;
        readonly otherwise?: Expression | undefined;
      }
  );

export type Statement =
  | { readonly kind: 'data'; readonly text: string; readonly at: number }
  | { readonly kind: 'output'; readonly expression: Expression }
  | {
      readonly kind: 'if';
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[] | undefined;
    }
  | ForStatement
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression | readonly Statement[] };

export interface Branch {
  readonly condition: Expression;
  readonly body: readonly Statement[];
}

export interface ForStatement {
  readonly kind: 'for';
  readonly targets: readonly string[];
  readonly iterable: Expression;
  readonly condition: Expression | undefined;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

/** The expressions that an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'list':
      return expression.items;
    case 'map':
      return expression.entries.flat();
    case 'member':
      return [expression.of, expression.key];
    case 'slice':
      return present(expression.of, ...expression.bounds);
    case 'call':
      return present(expression.of, ...expression.given);
    case 'environment':
      return present(expression.otherwise);
    case 'default':
      return present(expression.of, expression.otherwise, expression.alsoFalse);
    case 'test':
      return [expression.of];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'compare':
      return [expression.first, ...expression.rest.map(([, operand]) => operand)];
    case 'choice':
      return present(expression.condition, expression.then, expression.otherwise);
  }
}

const present = (...parts: readonly (Expression | undefined)[]) => parts.filter((part) => part !== undefined);

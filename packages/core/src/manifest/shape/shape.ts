import type { Node } from '../node.ts';
import { type Problem, problemAt } from '../problem.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;
/** Schemas with a name, each written once. */
export type Definitions = Map<string, JsonSchema>;

/**
 * What a value of the manifest must be. The same description makes the reader, the published JSON schema and the
 * reference page.
 */
export interface Shape<T> {
  /** What a table says of the type. */
  readonly type: string;
  /** The map whose fields have a table of their own. */
  readonly described?: ObjectShape | undefined;
  /** Undefined where a problem was reported. */
  read(node: Node, reading: Reading): T | undefined;
  schema(definitions: Definitions): JsonSchema;
}

export type ValueOf<S> = S extends Shape<infer T> ? T : never;

/** A map with a fixed set of keys. */
export interface ObjectShape {
  readonly name: string;
  readonly description: string;
  readonly fields: Fields;
}

export interface Field<T> {
  readonly shape: Shape<T>;
  readonly description: string;
  readonly required: boolean;
}
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** One pass over a document. */
export class Reading {
  readonly problems: Problem[] = [];
  /** Variables are not filled in yet: a scalar that holds `${` may become anything. */
  readonly isDraft: boolean;

  constructor(isDraft: boolean) {
    this.isDraft = isDraft;
  }

  refuse(node: Node, problem: string): undefined {
    this.report(node, problem, 'error');
  }

  report(node: Node, problem: string, level: Problem['level']): void {
    this.problems.push(problemAt(node, problem, level));
  }

  mayBecomeAnything(node: Node): boolean {
    return (
      this.isDraft && node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${')
    );
  }
}

/** What a value is, for a message. */
export function kindOf(node: Node): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'nothing';
  const text = JSON.stringify(node.value);
  return text.length > 62 ? `${text.slice(0, 60)}…` : text;
}

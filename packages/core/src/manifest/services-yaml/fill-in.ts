import { emptyMap, type MapNode, type Node, plainOf } from '../node.ts';
import { type Problem, problemAt } from '../problem.ts';
import type { TemplateEngine } from '../template-engine.ts';

/** Renders the texts of the two files: every text is a template, and a variable of the process wins over all others. */
export interface Filling {
  readonly engine: TemplateEngine;
  /** A variable of the process. */
  env(name: string): string | undefined;
  report(problem: Problem): void;
}

/** The engine, with the variables of the process over the given ones where the template reads their name. */
export const processWins = (engine: TemplateEngine, env: Filling['env']): TemplateEngine => {
  const over = (source: string, variables: Readonly<Record<string, unknown>>) => {
    const values = engine.variablesOf(source).map((name) => [name, env(name)] as const);
    return { ...variables, ...Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
  };
  return {
    ...engine,
    renderTemplate: (source, variables, options) =>
      engine.renderTemplate(source, over(source, variables), options),
    renderDocument: (source, variables, options) =>
      engine.renderDocument(source, over(source, variables), options),
  };
};

/** Fills in every text of a value, once: what comes out is not rendered again. Nothing where a text cannot be rendered. */
export function fillIn(node: Node, variables: MapNode, filling: Filling): Node | undefined {
  const plain = Object(plainOf(variables));
  const engine = processWins(filling.engine, filling.env);
  let isFilled = true;
  const fill = (one: Node): Node => {
    if (one.kind === 'list') return { ...one, items: one.items.map(fill) };
    if (one.kind === 'map')
      return { ...one, entries: new Map([...one.entries].map(([key, member]) => [key, fill(member)])) };
    if (typeof one.value !== 'string' || !/\{[{%#]/.test(one.value)) return one;
    const result = engine.renderTemplate(one.value, plain, { file: one.source.path, env: {} });
    if (result.ok) return { ...one, value: result.text };
    for (const { message } of result.problems)
      filling.report(problemAt(one, `cannot be rendered: ${message}`));
    isFilled = false;
    return one;
  };
  const filled = fill(node);
  return isFilled ? filled : undefined;
}

/** Later maps over earlier ones, key by key: a map, like a list, replaces the whole of what was there. */
export function overlaid(layers: readonly (MapNode | undefined)[]): MapNode {
  const entries = new Map<string, Node>();
  for (const layer of layers)
    for (const [key, member] of layer?.entries ?? []) {
      const replaced = entries.get(key);
      entries.set(key, replaced ? { ...member, replaced } : member);
    }
  return { ...emptyMap(''), entries };
}

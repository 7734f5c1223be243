import { isObject } from '../documents/canonical.ts';
import { near } from '../inputs/near.ts';
import type { Node, ScalarNode } from './node.ts';
import { type Problem, problemAt } from './problem.ts';

/** What `${name}` stands for; undefined where nothing has the name. */
export interface Variables {
  readonly names: readonly string[];
  get(name: string): Node | undefined;
}

const reference = /\$(\$?)\{([^{}]*)\}/g;
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A text as a manifest takes it, so that it is what it was. */
export const escaped = (text: string): string => text.replaceAll('${', () => '$${');

/** A value with every text changed. */
export function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => withTexts(one, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withTexts(one, change)]));
}

/** Characters and values of what is filled in: variables that double each other would fill the memory. */
const largest = 256 * 1024;

/**
 * Fills in `${name}` in every text below a node; `$${name}` is a plain `${name}`. A text that is one reference becomes
 * the value itself, a list or a number too.
 */
export function interpolate(node: Node, variables: Variables, report: (problem: Problem) => void): Node {
  const fill = (one: Node): Node => {
    if (one.kind === 'list') return { ...one, items: one.items.map(fill) };
    if (one.kind === 'map')
      return { ...one, entries: new Map([...one.entries].map(([key, member]) => [key, fill(member)])) };
    return typeof one.value === 'string' && one.value.includes('${')
      ? filled(one, one.value, variables, report)
      : one;
  };
  const whole = fill(node);
  if (sizeOf(whole, new Map()) <= largest) return whole;
  report(problemAt(node, `has more than ${largest} characters with its variables filled in`));
  return node;
}

/** Values that are used several times are shared, and are counted each time. */
function sizeOf(node: Node, known: Map<Node, number>): number {
  if (node.kind === 'scalar') return 1 + String(node.value).length;
  const before = known.get(node);
  if (before !== undefined) return before;
  const members = node.kind === 'list' ? node.items : [...node.entries.values()];
  const size = members.reduce((sum, one) => sum + sizeOf(one, known), 1);
  known.set(node, size);
  return size;
}

function filled(
  node: ScalarNode,
  text: string,
  variables: Variables,
  report: (problem: Problem) => void,
): Node {
  const whole = /^\$\{([^{}]*)\}$/.exec(text)?.[1];
  const found = (name: string): Node | undefined => {
    const value = variables.get(name);
    if (!value) {
      const problem = variableName.test(name)
        ? `uses \${${name}}, which is not defined${near(name, variables.names)}: add it to vars, pass it with the input vars, or write $\${${name}} for the text itself`
        : `has \${${name}}, which is not the name of a variable: write $\${${name}} for the text itself`;
      report(problemAt(node, problem));
    }
    return value;
  };
  if (whole !== undefined) {
    const value = found(whole);
    return value ? { ...value, source: node.source, fromVariable: true } : node;
  }
  let size = 0;
  const value = text.replace(reference, (all, dollar: string, name: string) => {
    if (dollar !== '') return all.slice(1);
    const part = found(name);
    if (part && part.kind !== 'scalar')
      report(problemAt(node, `has \${${name}} inside a text, but its value is a ${part.kind}`));
    if (part?.kind !== 'scalar') return all;
    const filledIn = String(part.value);
    size += filledIn.length;
    // The first text that is too long is reported for the whole.
    return size - filledIn.length > largest ? '' : filledIn;
  });
  return { ...node, value, fromVariable: true };
}

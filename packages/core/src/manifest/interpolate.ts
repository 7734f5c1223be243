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

/**
 * Fills in `${name}` in every text below a node; `$${name}` is a plain `${name}`. A text that is one reference becomes
 * the value itself, a list or a number too.
 */
export function interpolate(node: Node, variables: Variables, report: (problem: Problem) => void): Node {
  if (node.kind === 'list')
    return { ...node, items: node.items.map((one) => interpolate(one, variables, report)) };
  if (node.kind === 'map') {
    const entries = [...node.entries].map(
      ([key, one]) => [key, interpolate(one, variables, report)] as const,
    );
    return { ...node, entries: new Map(entries) };
  }
  return typeof node.value === 'string' && node.value.includes('${')
    ? filled(node, node.value, variables, report)
    : node;
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
  const value = text.replace(reference, (all, dollar: string, name: string) => {
    if (dollar !== '') return all.slice(1);
    const part = found(name);
    if (part && part.kind !== 'scalar')
      report(problemAt(node, `has \${${name}} inside a text, but its value is a ${part.kind}`));
    return part?.kind === 'scalar' ? String(part.value) : all;
  });
  return { ...node, value, fromVariable: true };
}

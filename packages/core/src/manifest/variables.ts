import { deepest } from '../documents/refused-keys.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { emptyMap, type MapNode, mergeMaps, type Node, type ScalarNode, scalarOf } from './node.ts';
import { type Problem, problemAt } from './problem.ts';

/** Values that come from outside the file, each by its name. */
export interface OutsideValues {
  /** What Landfall knows: `environment`, `service`, `item`, `image`, `commit`. */
  readonly builtIn: Readonly<Record<string, string | undefined>>;
  /** The input `vars`. */
  readonly vars: ReadonlyMap<string, string>;
  /** The variables of the process that the input `env-vars` names. */
  readonly env: ReadonlyMap<string, string>;
}

/**
 * The variables of one service, later ones over earlier ones: what Landfall knows, the maps of the file in the order
 * given, the input `vars`, the process. Only texts of the file may hold `${name}`: what comes from outside is data.
 */
export function variablesOf(
  layers: readonly (MapNode | undefined)[],
  { builtIn, vars, env }: OutsideValues,
  report: (problem: Problem) => void,
): MapNode {
  const all = [
    scalars(Object.entries(builtIn), () => 'built-in'),
    ...layers.filter((layer) => layer !== undefined),
    scalars(typed(vars), () => 'the input vars'),
    scalars(typed(env), (name) => `the variable ${name} of the process`),
  ].reduce(mergeMaps, emptyMap('vars'));
  return resolved(all, report);
}

/** What YAML would read: a whole number, true and false are what they say; all else is text. */
export const typed = (values: ReadonlyMap<string, string>) =>
  [...values].map(([name, value]): readonly [string, ScalarNode['value']] => {
    if (value === 'true' || value === 'false') return [name, value === 'true'];
    return [name, /^(?:0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value];
  });

export const scalars = (
  entries: Iterable<readonly [string, ScalarNode['value'] | undefined]>,
  pathOf: (name: string) => string,
): MapNode => ({
  ...emptyMap('vars'),
  entries: new Map(
    [...entries].flatMap(([name, value]) =>
      value === undefined ? [] : [[name, scalarOf(value, pathOf(name))] as const],
    ),
  ),
});

/** Variables may use one another, not in a circle. */
function resolved(all: MapNode, report: (problem: Problem) => void): MapNode {
  const done = new Map<string, Node>();
  const open: string[] = [];
  const get = (name: string): Node | undefined => {
    const given = all.entries.get(name);
    if (!given) return undefined;
    const known = done.get(name);
    if (known) return known;
    if (open.includes(name)) {
      report(problemAt(given, `uses itself: ${[...open.slice(open.indexOf(name)), name].join(' → ')}`));
      return given;
    }
    if (open.length >= deepest) {
      report(problemAt(given, `is the end of a chain of more than ${deepest} variables`));
      return given;
    }
    open.push(name);
    const value = given.source.file === undefined ? given : interpolate(given, variables, report);
    open.pop();
    done.set(name, value);
    return value;
  };
  const variables: Variables = { names: [...all.entries.keys()], get };
  return {
    ...all,
    entries: new Map(
      variables.names.flatMap((name) => {
        const value = get(name);
        return value ? [[name, value] as const] : [];
      }),
    ),
  };
}

/** The variables, to fill them in. */
export const namesOf = (variables: MapNode): Variables => ({
  names: [...variables.entries.keys()],
  get: (name) => variables.entries.get(name),
});

import { type MapNode, mapAt, type Node } from '../node.ts';
import { scalars, typed } from '../variables.ts';
import { type Filling, fillIn, overlaid } from './fill-in.ts';

/** A service as it is configured for the environment. */
export interface Configuration {
  readonly key: string;
  readonly base: MapNode;
  /** Its settings as they are written. */
  readonly configured: MapNode;
  readonly variables: MapNode;
  /** A setting, filled in. */
  get(name: string): Node | undefined;
}

export function configurationOf(
  key: string,
  base: MapNode,
  own: MapNode,
  vars: ReadonlyMap<string, string>,
  filling: Filling,
): Configuration {
  const override = mapAt(own, 'services', key);
  const written = overlaid([
    scalars([['item', key]], () => 'built-in'),
    base,
    mapAt(base, 'vars'),
    own,
    override,
    mapAt(override, 'vars'),
    scalars(typed(vars), () => 'the input vars'),
  ]);
  // Of what is not for this service, the templates too, nothing is a variable that can be rendered.
  const { entries } = written;
  const variables = fillIn(
    {
      ...written,
      entries: new Map([...entries].filter(([one]) => !['services', 'scheduledTasks', 'vars'].includes(one))),
    },
    written,
    filling,
  );
  const configured = overlaid([base, override]);
  const filled = variables?.kind === 'map' ? variables : written;
  return {
    key,
    base,
    configured,
    variables: filled,
    get: (name) => {
      const node = configured.entries.get(name);
      return node && fillIn(node, filled, filling);
    },
  };
}

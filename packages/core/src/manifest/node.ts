import { isObject } from '../documents/canonical.ts';
import type { Places } from '../documents/document-text.ts';
import type { Position } from '../documents/unreadable.ts';

/** Where a value was written: `services.web.vars.cpu`, landfall.yml:41. Without a file: `the input vars`. */
export interface Source extends Partial<Position> {
  readonly path: string;
  readonly file?: string;
}

interface Written {
  readonly source: Source;
  /** What it replaced when two maps were merged. */
  readonly replaced?: Node;
  /** It came out of a `${variable}`. */
  readonly fromVariable?: true;
}

export interface MapNode extends Written {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Node>;
}
interface ListNode extends Written {
  readonly kind: 'list';
  readonly items: readonly Node[];
}
export interface ScalarNode extends Written {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

/** A document in which every value knows where it was written. */
export type Node = MapNode | ListNode | ScalarNode;

export const emptyMap = (path: string): MapNode => ({ kind: 'map', entries: new Map(), source: { path } });

export const scalarOf = (value: ScalarNode['value'], path: string): ScalarNode => ({
  kind: 'scalar',
  value,
  source: { path },
});

/** @param value what `readYaml` read, with its `places` */
export function nodeOf(value: unknown, places: Places, file: string): Node {
  const locate = (one: unknown, source: Source): Node => {
    if (Array.isArray(one)) {
      const items = one.map((item, at) => locate(item, inside(source, one, String(at), `[${at}]`)));
      return { kind: 'list', items, source };
    }
    if (isObject(one)) {
      const named = (key: string) => (source.path === '' ? key : `.${key}`);
      const entries = Object.entries(one).map(
        ([key, member]) => [key, locate(member, inside(source, one, key, named(key)))] as const,
      );
      return { kind: 'map', entries: new Map(entries), source };
    }
    const scalar = typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean';
    return { kind: 'scalar', value: scalar ? one : null, source };
  };
  const inside = (source: Source, container: object, key: string, step: string): Source => ({
    ...source,
    ...places.get(container)?.get(key),
    path: `${source.path}${step}`,
  });
  return locate(value, { path: '', file, line: 1, column: 1 });
}

/** The value alone. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  return Object.fromEntries([...node.entries].map(([key, member]) => [key, plainOf(member)]));
}

export function nodeAt(node: Node | undefined, ...path: readonly (string | number)[]): Node | undefined {
  return path.reduce<Node | undefined>((found, step) => {
    if (typeof step === 'number') return found?.kind === 'list' ? found.items[step] : undefined;
    return found?.kind === 'map' ? found.entries.get(step) : undefined;
  }, node);
}

export const mapAt = (node: Node | undefined, ...keys: readonly string[]): MapNode | undefined => {
  const found = nodeAt(node, ...keys);
  return found?.kind === 'map' ? found : undefined;
};

/** Maps merge deeply; a list, like a scalar, replaces what was there. */
export function merge(low: Node, high: Node): Node {
  if (low.kind !== 'map' || high.kind !== 'map') return { ...high, replaced: low };
  return mergeMaps(low, high);
}

export function mergeMaps(low: MapNode, high: MapNode): MapNode {
  const entries = new Map(low.entries);
  for (const [key, member] of high.entries) {
    const before = entries.get(key);
    entries.set(key, before ? merge(before, member) : member);
  }
  return { ...high, entries };
}

export const without = (node: MapNode, ...keys: readonly string[]): MapNode => ({
  ...node,
  entries: new Map([...node.entries].filter(([key]) => !keys.includes(key))),
});

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { DocumentOptions } from './document-text.ts';
import { deepest, mostValues, refusedKeys } from './refused-keys.ts';
import { type Position, positionText, unreadable } from './unreadable.ts';

/** The composed document → plain data, with every alias followed and counted. */
export function yamlValue(
  document: Document.Parsed,
  name: string,
  at: (offset: number) => Position,
  { mergeKeys = false, places }: DocumentOptions = {},
): unknown {
  const anchors = new Map<string, Node>();
  let values = 0;
  const where = (node: Node) => at(node.range?.[0] ?? 0);

  const value = (node: Node | null, depth: number): unknown => {
    if (node === null) return null;
    values += 1;
    if (values > mostValues)
      throw unreadable(name, `its aliases expand to more than ${mostValues} values`, where(node));
    if (depth > deepest) throw unreadable(name, `it is nested deeper than ${deepest} levels`, where(node));
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (!target) throw unreadable(name, `the alias *${node.source} has no anchor before it`, where(node));
      return value(target, depth + 1);
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isSeq(node)) return listValue(node.items as readonly (Node | null)[], depth);
    if (isMap(node)) return mapValue(node.items as readonly Pair[], depth);
    return scalarValue(node as Scalar);
  };

  const listValue = (items: readonly (Node | null)[], depth: number) => {
    const list = items.map((item) => value(item, depth + 1));
    places?.set(list, new Map(items.flatMap((item, at) => (item ? [[String(at), where(item)]] : []))));
    return list;
  };

  const mapValue = (pairs: readonly Pair[], depth: number) => {
    const keys = new Map<string, Position>();
    const object: Record<string, unknown> = {};
    places?.set(object, keys);
    const merged: unknown[] = [];
    for (const pair of pairs) {
      const key = keyText(pair.key);
      const here = where(pair.key as Node);
      if (key === undefined) throw unreadable(name, 'a key must be a plain string', here);
      if (key === '<<' && mergeKeys) {
        const others = value(pair.value as Node | null, depth + 1);
        merged.push(...(Array.isArray(others) ? others : [others]));
        continue;
      }
      if (key === '<<') throw unreadable(name, 'merge keys (<<) are not part of YAML 1.2', here);
      if (refusedKeys.has(key)) throw unreadable(name, `the key ${key} is refused`, here);
      const first = keys.get(key);
      if (first) {
        throw unreadable(
          name,
          `the key ${JSON.stringify(key)} was already given at ${positionText(first)}`,
          here,
        );
      }
      keys.set(key, here);
      object[key] = value(pair.value as Node | null, depth + 1);
    }
    // What is written here comes first, then the mappings in their order.
    for (const other of merged) {
      if (typeof other !== 'object' || other === null || Array.isArray(other))
        throw unreadable(name, 'a merge key (<<) must name a mapping, or a list of them');
      for (const [key, one] of Object.entries(other)) if (!Object.hasOwn(object, key)) object[key] = one;
    }
    return object;
  };

  return value(document.contents, 0);
}

interface Pair {
  readonly key: unknown;
  readonly value: unknown;
}

function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  const value = scalarValue(key);
  return value === null ? (key.source ?? '') : String(value);
}

/**
 * A plain scalar that YAML takes for a number stays text when the number would be written otherwise: `0256`,
 * `012345678901`, `1.10`, `0x1F`, `1e3`, 17 digits. Quoted ones are text anyway.
 */
function scalarValue(scalar: Scalar): unknown {
  const { value, source } = scalar;
  if (typeof value === 'number' && source !== undefined && String(value) !== source) return source;
  return value;
}

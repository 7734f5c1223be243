import { isObject } from '../../documents/canonical.ts';
import { escaped } from '../interpolate.ts';

/** Stands for a variable of the Compose file until the manifest is written, which has variables as well. */
export const variableMark = (name: string) => `\u0002${name}\u0002`;

const marks = /\u0002(\w+)\u0002/g;

/** Every text of a document as a manifest takes it: `${name}` for a variable, and `$${` for what was none. */
export function withVariables(value: unknown): unknown {
  if (typeof value === 'string') return escaped(value).replace(marks, '${$1}');
  if (Array.isArray(value)) return value.map(withVariables);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withVariables(one)]));
  return value;
}

/** The variables that texts of a document stand for. */
export const variablesIn = (value: unknown): readonly string[] => [
  ...new Set([...JSON.stringify(value).matchAll(/\\u0002(\w+)\\u0002/g)].map(([, name = '']) => name)),
];

/** `${PORT:-8080}` has a default, which becomes the value of the manifest's variable. */
export function defaultsIn(document: unknown): ReadonlyMap<string, string> {
  const found = JSON.stringify(document).matchAll(/\$\{(\w+):?-([^{}"\\]*)\}/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, value]));
}

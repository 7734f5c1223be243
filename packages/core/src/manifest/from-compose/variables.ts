import { escaped, withTexts } from '../interpolate.ts';

/** Stands for a variable of the Compose file until the manifest is written, which has variables as well. */
export const variableMark = (name: string) => `\u0002${name}\u0002`;

const marks = /\u0002(\w+)\u0002/g;

/** Every text of a document as a manifest takes it: `${name}` for a variable, and `$${` for what was none. */
export const withVariables = (value: unknown): unknown =>
  withTexts(value, (text) => escaped(text).replace(marks, '${$1}'));

/** The variables that texts of a document stand for. */
export const variablesIn = (value: unknown): readonly string[] => [
  ...new Set([...JSON.stringify(value).matchAll(/\\u0002(\w+)\\u0002/g)].map(([, name = '']) => name)),
];

/** `${PORT:-8080}` has a default, which becomes the value of the manifest's variable. */
export function defaultsIn(document: unknown): ReadonlyMap<string, string> {
  const found = JSON.stringify(document).matchAll(/\$\{(\w+):?-([^{}"\\]*)\}/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, value]));
}

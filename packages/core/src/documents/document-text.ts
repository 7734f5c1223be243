import { LandfallError } from '../errors/landfall-error.ts';
import { type Position, unreadable } from './unreadable.ts';

/** Where each key of a mapping is written, and in YAML each item of a list by its index; by the mapping or list read. */
export type Places = WeakMap<object, ReadonlyMap<string, Position>>;

export interface DocumentOptions {
  readonly mergeKeys?: boolean;
  /** Filled while the document is read. */
  readonly places?: Places;
}

type DocumentFormat = 'json' | 'yaml';

/** Characters. JSON is read in linear time; the YAML grammar has worse cases, so its bound is lower. */
const longest: Readonly<Record<DocumentFormat, number>> = { json: 1024 * 1024, yaml: 128 * 1024 };

/** The text to parse and how. What starts with `{` or `[` is JSON, unless the name ends in .yaml or .yml. */
export function documentText(
  text: string,
  name: string,
): { readonly plain: string; readonly format: DocumentFormat } {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const format = /^\s*[[{]/.test(plain) && !/\.ya?ml$/i.test(name) ? 'json' : 'yaml';
  if (plain.length > longest[format]) {
    throw new LandfallError('FILE_TOO_LARGE', {
      summary: `${name} has ${plain.length} characters; Landfall reads at most ${longest[format]} of ${format.toUpperCase()}`,
      facts: { file: name, characters: plain.length, limit: longest[format] },
    });
  }
  if (plain.includes('\0')) throw unreadable(name, 'it contains a NUL character, so it is not a text file');
  return { plain, format };
}

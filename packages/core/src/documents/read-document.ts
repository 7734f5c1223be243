import { LandfallError } from '../errors/landfall-error.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import { unreadable } from './unreadable.ts';

export type DocumentFormat = 'json' | 'yaml';

/** Characters. JSON is read in linear time; the YAML grammar has worse cases, so its bound is lower. */
const longest: Readonly<Record<DocumentFormat, number>> = { json: 1024 * 1024, yaml: 128 * 1024 };

/**
 * Strict JSON or YAML 1.2 → plain data. What starts with `{` or `[` is JSON, unless the name ends in .yaml or
 * .yml; everything else is YAML, so an empty document is `null`. Nothing is silently altered: duplicate keys are
 * refused, and so is a JSON number that would lose digits; such a number in YAML stays the text that it was.
 * @param name for messages, e.g. the path
 * @throws FILE_UNREADABLE with line and column; FILE_TOO_LARGE
 */
export function readDocument(text: string, name: string): unknown {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const format = formatOf(plain, name);
  if (plain.length > longest[format]) {
    throw new LandfallError('FILE_TOO_LARGE', {
      summary: `${name} has ${plain.length} characters; Landfall reads at most ${longest[format]} of ${format.toUpperCase()}`,
      facts: { file: name, characters: plain.length, limit: longest[format] },
    });
  }
  if (plain.includes('\0')) throw unreadable(name, 'it holds a NUL character, so it is no text file');
  return format === 'json' ? readJson(plain, name) : readYaml(plain, name);
}

const formatOf = (text: string, name: string): DocumentFormat =>
  /^\s*[[{]/.test(text) && !/\.ya?ml$/i.test(name) ? 'json' : 'yaml';

import { documentText } from './document-text.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Strict JSON or YAML 1.2 → plain data. What starts with `{` or `[` is JSON, unless the name ends in .yaml or
 * .yml; everything else is YAML, so an empty document is `null`. Nothing is silently altered: duplicate keys are
 * refused, and so is a JSON number that would lose digits; such a number in YAML stays the text that it was.
 * Where a start must be quick, `loadDocument` does the same and loads a parser only when it is needed.
 * @param name for messages, e.g. the path
 * @throws FILE_UNREADABLE with line and column; FILE_TOO_LARGE
 */
export function readDocument(text: string, name: string): unknown {
  const { plain, format } = documentText(text, name);
  return format === 'json' ? readJson(plain, name) : readYaml(plain, name);
}

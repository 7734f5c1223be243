import { type DocumentOptions, documentText } from './document-text.ts';

/**
 * Strict JSON or YAML 1.2 → plain data. What starts with `{` or `[` is JSON, unless the name ends in .yaml or
 * .yml; everything else is YAML, so an empty document is `null`. Nothing is silently altered: duplicate keys are
 * refused, and so is a JSON number that would lose digits; such a number in YAML stays the text that it was.
 * A parser is loaded when the text asks for it: that of YAML alone costs as much of a start as a request to AWS,
 * and most files are JSON.
 * @param name for messages, e.g. the path
 * @param options `mergeKeys`: `<<` takes in another mapping, for the formats that say so; `places`: filled
 * @throws FILE_UNREADABLE with line and column; FILE_TOO_LARGE
 */
export async function loadDocument(
  text: string,
  name: string,
  options: DocumentOptions = {},
): Promise<unknown> {
  const { plain, format } = documentText(text, name);
  if (format === 'json') return (await import('./read-json.ts')).readJson(plain, name, options);
  return (await import('./read-yaml.ts')).readYaml(plain, name, options);
}

import { documentText } from './document-text.ts';

/**
 * `readDocument`, with the parser loaded when the text asks for it: the YAML parser alone costs as much of a
 * start as a request to AWS, and most files are JSON.
 */
export async function loadDocument(text: string, name: string): Promise<unknown> {
  const { plain, format } = documentText(text, name);
  if (format === 'json') return (await import('./read-json.ts')).readJson(plain, name);
  return (await import('./read-yaml.ts')).readYaml(plain, name);
}

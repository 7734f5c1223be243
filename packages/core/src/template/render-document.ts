import { loadDocument } from '../documents/load-document.ts';
import { isLandfallError } from '../errors/landfall-error.ts';
import { createRedactor } from '../text/redactor.ts';
import type { Part } from './evaluation/render.ts';
import { problemsAt, type TemplateProblem } from './problem.ts';
import { renderTemplate, type TemplateOptions, withLineFeeds } from './render-template.ts';

type RenderedDocument =
  | { readonly ok: true; readonly text: string; readonly document: unknown }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[] };

/**
 * Renders a template of JSON or YAML, and reads what comes out. Where that cannot be read, the problem is at the place
 * of the template that the rendered text comes from, and shows the rendered line without the values of `env`.
 */
export async function renderDocument(
  source: string,
  variables: Readonly<Record<string, unknown>>,
  options: TemplateOptions,
): Promise<RenderedDocument> {
  const rendered = renderTemplate(source, variables, options);
  if (!rendered.ok) return rendered;
  const { text, parts } = rendered;
  // `web.yaml.j2` is YAML.
  const name = options.file.replace(/\.(?:j2|jinja2?)$/i, '');
  try {
    return { ok: true, text, document: await loadDocument(text, name) };
  } catch (thrown) {
    if (!isLandfallError(thrown)) throw thrown;
    const { line, column, problem } = thrown.facts;
    const redactor = createRedactor();
    for (const value of Object.values(options.env ?? {})) redactor.add(value);
    const lines = text.split('\n');
    const shown =
      typeof line === 'number' ? `: ${redactor.redact(lines[line - 1]?.trim() ?? '').slice(0, 200)}` : '';
    const offset =
      typeof line === 'number' && typeof column === 'number'
        ? lines.slice(0, line - 1).join('\n').length + Math.sign(line - 1) + column - 1
        : 0;
    const message = `what is rendered cannot be read: ${redactor.redact(String(problem ?? thrown.summary))}${shown}`;
    const finding = { code: 'TEMPLATE_NOT_JSON', message, at: placeOf(parts, offset) } as const;
    return { ok: false, problems: problemsAt(options.file, withLineFeeds(source), [finding]) };
  }
}

/** Where in the template a character of the rendered text comes from. */
function placeOf(parts: readonly Part[], offset: number): number {
  let before = 0;
  for (const { text, at, isData } of parts) {
    if (offset < before + text.length) return isData ? at + offset - before : at;
    before += text.length;
  }
  const last = parts.at(-1);
  return last ? last.at + (last.isData ? last.text.length : 0) : 0;
}

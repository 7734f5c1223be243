import { notDefined } from './evaluation/evaluate.ts';
import { type Part, render, textOf } from './evaluation/render.ts';
import { namesOf } from './names.ts';
import { type Finding, problemsAt, Refusal, type TemplateProblem } from './problem.ts';
import { parseTemplate } from './syntax/parse-template.ts';
import { fromJson, type Value } from './value.ts';

export type { TemplateProblem };

export interface TemplateOptions {
  /** For messages, e.g. the path. */
  readonly file: string;
  /** The environment variables that `env` and `must_env` may read. By default, none. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

type Rendered =
  | { readonly ok: true; readonly text: string; readonly parts: readonly Part[] }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[] };

/** A template of at most this many characters is read; YAML has the same bound. */
const longest = 128 * 1024;

/**
 * Renders a template in the language of Jinja2, as Jinja2 does: what would come out differently is an error, except
 * that booleans are `true` and `false`. All problems at once; a name that is not defined is found wherever it is
 * written, also in a branch that is not taken. Nothing of a template reaches anything but its variables.
 */
export function renderTemplate(
  source: string,
  variables: Readonly<Record<string, unknown>>,
  { file, env = {} }: TemplateOptions,
): Rendered {
  const text = withLineFeeds(source);
  const findings: Finding[] = [];
  const report = (message: string, at: number) => findings.push({ code: 'TEMPLATE_INVALID', message, at });
  const refused = (): Rendered => ({ ok: false, problems: problemsAt(file, text, findings) });
  if (text.length > longest) {
    report(`the template has ${text.length} characters; at most ${longest} are read`, 0);
    return refused();
  }
  // Jinja2 drops one line break at the end.
  const template = parseTemplate(text.replace(/\n$/, ''), report);
  const names = namesOf(template, (finding) => findings.push(finding));
  const values = new Map<string, Value>();
  for (const { name, at } of names.reads) {
    if (!Object.hasOwn(variables, name) || values.has(name)) continue;
    try {
      values.set(name, fromJson(variables[name]));
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      report(`${name}: ${thrown.message}`, at);
    }
  }
  for (const { name, at, isOptional } of names.reads) {
    if (isOptional || names.tested.has(name) || Object.hasOwn(variables, name)) continue;
    findings.push({ code: 'TEMPLATE_UNDEFINED', message: notDefined(name, Object.keys(variables)), at });
  }
  for (const { name, at } of names.environment) {
    if (Object.hasOwn(env, name)) continue;
    const message = `the environment variable "${name}" is not set, or the template may not read it`;
    findings.push({ code: 'TEMPLATE_UNDEFINED', message, at });
  }
  if (findings.some(({ code }) => code === 'TEMPLATE_INVALID')) return refused();
  const rendered = render(template, text, values, env);
  findings.push(...rendered.findings);
  return findings.length > 0 ? refused() : { ok: true, text: textOf(rendered.parts), parts: rendered.parts };
}

/** As Jinja2 reads a template. */
export const withLineFeeds = (source: string): string => source.replace(/\r\n?/g, '\n');

/** The names that a template reads and does not set, sorted: what its variables must have. */
export function variablesOf(source: string): readonly string[] {
  const template = parseTemplate(withLineFeeds(source).replace(/\n$/, ''), () => {});
  return [...new Set(namesOf(template, () => {}).reads.map(({ name }) => name))].sort();
}

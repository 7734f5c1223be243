interface TemplateProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}
interface Refused {
  readonly ok: false;
  readonly problems: readonly TemplateProblem[];
}
interface TemplateOptions {
  /** For messages. */
  readonly file: string;
  /** What `env` and `must_env` of the template may read. */
  readonly env: Readonly<Record<string, string>>;
}
type Variables = Readonly<Record<string, unknown>>;

/** What a manifest needs of the engine of templates, which is loaded only where there is a template. */
export interface TemplateEngine {
  /** The names that a template reads and does not set. */
  variablesOf(source: string): readonly string[];
  renderTemplate(
    source: string,
    variables: Variables,
    options: TemplateOptions,
  ): { readonly ok: true; readonly text: string } | Refused;
  /** Renders a template of JSON or YAML, and reads what comes out. */
  renderDocument(
    source: string,
    variables: Variables,
    options: TemplateOptions,
  ): Promise<{ readonly ok: true; readonly document: unknown } | Refused>;
}

/** A template that could not be rendered: each problem with its line in the template. */
export interface TemplateProblem {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** Renders the text of a template. Handed in, so that a manifest can be read without an engine. */
export type RenderTemplate = (
  text: string,
  variables: Readonly<Record<string, unknown>>,
  options: { readonly file: string; env(name: string): string | undefined },
) => Promise<
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[] }
>;

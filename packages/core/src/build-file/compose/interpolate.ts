/** `$NAME`, `${NAME}` and the forms with a default, as the Compose specification has them (12-interpolation.md). */
const expression =
  /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^{}]*))?\}|(.?))/g;

export type Interpolated =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

export function interpolate(text: string, variables: ReadonlyMap<string, string>): Interpolated {
  let problem: string | undefined;
  const result = text.replace(
    expression,
    (whole, dollar, bare, braced, operator: string | undefined, word: string) => {
      if (dollar !== undefined) return '$';
      const name: string | undefined = bare ?? braced;
      if (name === undefined) {
        problem ??= `has "${whole}", which is no variable; a dollar sign is written "$$"`;
        return '';
      }
      const value = variables.get(name);
      // With a colon, an empty value counts as none.
      const has = value !== undefined && !(operator?.startsWith(':') && value === '');
      if (operator?.endsWith('+')) return has ? word : '';
      if (has) return value;
      if (operator?.endsWith('-')) return word;
      problem ??= `needs the variable ${name}${operator?.endsWith('?') && word ? ` (${word})` : ''}: give it in \`variables\``;
      return '';
    },
  );
  return problem === undefined ? { ok: true, text: result } : { ok: false, problem };
}

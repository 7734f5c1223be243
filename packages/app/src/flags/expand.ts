import type { Environment } from '@landfall/hosts/surroundings';

type Expanded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/**
 * `$NAME` and `${NAME}` become the variable's value, `$$` a dollar; everything else, `$(…)` and backticks included,
 * stays the text it is. No shell sees it, and a value is not expanded again.
 */
export function expand(text: string, env: Environment): Expanded {
  const missing = new Set<string>();
  const expanded = text.replace(
    /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g,
    (whole, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      if (name === undefined) return '$';
      const value = env[name];
      if (value === undefined) missing.add(name);
      return value ?? whole;
    },
  );
  if (missing.size === 0) return { ok: true, text: expanded };
  const names = [...missing].map((name) => `$${name}`).join(', ');
  return {
    ok: false,
    problem: `refers to ${names}, which is not set (write $$ for a dollar)`,
  };
}

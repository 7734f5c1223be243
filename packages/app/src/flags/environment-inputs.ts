import type { Input, Inputs } from '@landfall/core/inputs/input';
import { inputVariable, parameterVariable } from '@landfall/core/inputs/variable-names';
import type { Environment } from '@landfall/hosts/surroundings';

/** What an environment says of one input. */
type ResolvedText = { readonly text: string } | { readonly problem: string };

/**
 * `LANDFALL_<NAME>` is an input, byte for byte. `LANDFALL_PARAM_<NAME>` is an orb parameter as CircleCI hands it over: with `$NAME` not yet replaced, and
 * booleans as 1 or 0. The parameter wins.
 */
export function environmentInputs(inputs: Inputs, env: Environment): ReadonlyMap<string, ResolvedText> {
  const found = new Map<string, ResolvedText>();
  for (const [name, input] of Object.entries(inputs)) {
    const parameter = env[parameterVariable(name)];
    const plain = env[inputVariable(name)];
    if (parameter) found.set(name, parameterValue(parameter, input, env));
    else if (plain) found.set(name, { text: plain });
  }
  return found;
}

function parameterValue(text: string, input: Input<unknown>, env: Environment): ResolvedText {
  if (input.type === 'boolean' && /^[01]$/.test(text)) return { text: text === '1' ? 'true' : 'false' };
  const expanded = expand(text, env);
  return expanded.ok ? { text: expanded.text } : { problem: expanded.problem };
}

type Expanded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/**
 * `$NAME` and `${NAME}` become the variable's value, `$$` a dollar; everything else, `$(…)` and backticks included,
 * stays the text it is. No shell sees it, and a value is not expanded again.
 */
function expand(text: string, env: Environment): Expanded {
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

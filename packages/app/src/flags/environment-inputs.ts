import type { Input, Inputs } from '@landfall/core/inputs/input';
import { inputVariable, parameterVariable } from '@landfall/core/inputs/variable-names';
import type { Environment } from '@landfall/hosts/surroundings';
import { expand } from './expand.ts';

/** What an environment says of one input. */
type Found = { readonly text: string } | { readonly problem: string };

/**
 * `LANDFALL_<NAME>` is an input, byte for byte. `LANDFALL_PARAM_<NAME>` is an orb parameter as CircleCI hands it over: with `$NAME` not yet replaced, and
 * booleans as 1 or 0. The parameter wins.
 */
export function environmentInputs(inputs: Inputs, env: Environment): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  for (const [name, input] of Object.entries(inputs)) {
    const parameter = env[parameterVariable(name)];
    const plain = env[inputVariable(name)];
    if (parameter) found.set(name, parameterValue(parameter, input, env));
    else if (plain) found.set(name, { text: plain });
  }
  return found;
}

function parameterValue(text: string, input: Input<unknown>, env: Environment): Found {
  if (input.type === 'boolean' && /^[01]$/.test(text)) return { text: text === '1' ? 'true' : 'false' };
  const expanded = expand(text, env);
  return expanded.ok ? { text: expanded.text } : { problem: expanded.problem };
}

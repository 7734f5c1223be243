import { type Input, refused } from '@landfall/core/inputs/input';
import type { Operation } from '@landfall/core/operation/operation';
import type { Environment } from '@landfall/hosts/surroundings';
import { environmentInputs } from './environment-inputs.ts';
import { type FlagValues, operationCommand } from './operation-command.ts';

interface CommandLine {
  readonly help: boolean;
  readonly output: 'text' | 'json';
  readonly inputs: ReadonlyMap<string, string>;
  /** The operation, whose parser also reports what is wrong with the flags themselves. */
  readonly operation: Operation;
}

/**
 * Flags first, then the environment. Nothing is refused here: a flag that no input has, one given twice or one
 * without its value becomes a problem of that input, and all problems are reported together by `parseInputs`.
 */
export function readInputs(operation: Operation, argv: readonly string[], env: Environment): CommandLine {
  const command = operationCommand(operation);
  const { operands, unknown } = command.parseOptions([...argv]);
  const { output, help, ...rest } = command.opts<Record<string, unknown>>();
  const inputs = new Map<string, string>();
  const problems = new Map<string, string>();

  for (const [name, found] of environmentInputs(operation.inputs, env)) {
    if ('text' in found) inputs.set(name, found.text);
    else problems.set(name, found.problem);
  }
  for (const option of command.options) {
    const name = option.name();
    const given = rest[option.attributeName()] as FlagValues | undefined;
    const input = operation.inputs[name];
    if (!given || !input) continue;
    problems.delete(name);
    const joined = joinedValue(input, given);
    if (joined.ok) inputs.set(name, joined.text);
    else problems.set(name, joined.problem);
  }
  for (const [name, value] of unknownFlags(unknown)) inputs.set(name, value);
  for (const operand of operands) inputs.set(operand, operand);
  if (output !== 'text' && output !== 'json') {
    inputs.set('output', String(output));
    problems.set('output', `must be text or json, got "${String(output)}"`);
  }
  return {
    help: help === true,
    output: output === 'json' ? 'json' : 'text',
    inputs,
    operation: withProblems(operation, inputs, problems),
  };
}

type Joined = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string };

/** A list may be given in several flags; anything else once. */
function joinedValue(input: Input<unknown>, given: FlagValues): Joined {
  if (given === true) {
    return input.type === 'boolean' ? { ok: true, text: 'true' } : { ok: false, problem: 'needs a value' };
  }
  if (given.length > 1 && !['list', 'lines', 'pairs'].includes(input.type)) {
    return { ok: false, problem: `is set ${given.length} times` };
  }
  return { ok: true, text: given.join('\n') };
}

/** `--clstr web`, `--clstr=web` → clstr, so that the nearest known name can be suggested. */
function unknownFlags(tokens: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  tokens.forEach((token, index) => {
    const flag = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(token);
    if (!flag) {
      // The value of the unknown flag before it, or a word that belongs to nothing.
      if (!tokens[index - 1]?.startsWith('-')) found.set(token, token);
      return;
    }
    found.set(flag[1]!, flag[2] || tokens[index + 1] || 'true');
  });
  return found;
}

function withProblems(
  operation: Operation,
  inputs: Map<string, string>,
  problems: ReadonlyMap<string, string>,
): Operation {
  if (problems.size === 0) return operation;
  const judged: Record<string, Input<unknown>> = { ...operation.inputs };
  for (const [name, problem] of problems) {
    inputs.set(name, inputs.get(name) || 'refused');
    const input = judged[name] ?? { type: 'string', description: '', required: false };
    judged[name] = { ...input, parse: () => refused(problem) };
  }
  return { ...operation, inputs: judged };
}

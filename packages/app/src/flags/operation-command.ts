/** `commander` parses flags and lays out help; what a flag means is decided by the operation's own parser. */
import type { Input } from '@landfall/core/inputs/input';
import type { Operation } from '@landfall/core/operation/operation';
import { Command, Option } from 'commander';

/** The command of an operation, with one flag per input. */
export function operationCommand(operation: Operation): Command {
  const command = new Command(`landfall ${operation.name}`)
    .description(`${operation.title}. ${operation.description}`)
    .usage('[--input value]…')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments();
  for (const [name, input] of Object.entries(operation.inputs)) command.addOption(flagOf(name, input));
  return command
    .addOption(new Option('--output <form>', 'The output format: text or json.').default('text'))
    .option('--help', 'Show this help.');
}

/** The value is optional for commander, so that a flag without one is judged together with all other problems. */
function flagOf(name: string, input: Input<unknown>): Option {
  const facts = [
    input.required && 'required',
    input.default !== undefined && `default: ${input.default}`,
    input.rule && `rule: ${input.rule.replaceAll('`', '')}`,
    input.choices && !input.rule && `one of ${input.choices.join(', ')}`,
  ].filter(Boolean);
  const value = input.type === 'boolean' ? '[true|false]' : '[value]';
  const description = `${input.description}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}`;
  const option = new Option(`--${name} ${value}`, description);
  // commander takes `--no-cache` for the opposite of `--cache`; here it is an input of that name.
  option.negate = false;
  return option.argParser(
    (given: string, earlier: FlagValues | undefined): FlagValues => [
      ...(earlier === true ? [''] : (earlier ?? [])),
      given,
    ],
  ) as Option;
}

/** The values of a flag in the order they were given; true when the last one had none. */
export type FlagValues = readonly string[] | true;

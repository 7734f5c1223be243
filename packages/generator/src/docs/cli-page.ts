import { commands } from '@landfall/app/commands/commands';
import { exitCodes } from '@landfall/core/errors/exit-codes';
import { outputVariable } from '@landfall/core/inputs/variable-names';
import { firstUse, type Value } from '../action/first-use.ts';
import { inputsTable, outputsTable } from '../action/readme.ts';
import type { Definition } from '../definition/definition.ts';
import { cell, code, fenced, generatedComment, page, table } from '../writing/markdown.ts';

/** `docs/cli.md`: the command line, an operation a section. */
export const cliPage = (definitions: readonly Definition[]) =>
  page(
    '# The command line',
    generatedComment('packages/core/src/operations'),
    'The same operations, inputs, outputs and errors as the actions; a flag is an input with `--` before it. `landfall --help` lists the operations, `landfall <operation> --help` the flags of one.',
    'Every operation also takes `--output json`: the log then goes to stderr, and stdout holds one JSON document, the [record of the run](record.md): `ok`, `exitCode`, `outputs`, `error` (code, summary, remedy, details, facts), `services`, `events` and more. An input can also come from the environment, as `LANDFALL_<INPUT>` ([variables](variables.md)); the flag wins.',
    table(
      ['Operation', 'What it does'],
      definitions.map(({ name, description }) => [`[\`${name}\`](#${name})`, cell(description)]),
    ),
    table(
      ['Command', 'What it does'],
      Object.values(commands).map(({ usage, description }) => [code(`landfall ${usage}`), cell(description)]),
    ),
    'It exits with',
    table(
      ['Exit code', 'Meaning'],
      Object.values(exitCodes).map(({ code: number, meaning }) => [code(String(number)), cell(meaning)]),
    ),
    ...definitions.flatMap((definition) => [
      `## ${definition.name}`,
      definition.description,
      fenced('sh', exampleCommand(definition)),
      inputsTable(definition).replace('| Input |', '| Flag, without `--` |'),
      outputsTable(definition),
    ]),
  );

function exampleCommand(definition: Definition) {
  const flags = firstUse(definition).map(([name, value]) => `--${name} ${shellWord(value)}`);
  return [`landfall ${definition.name}`, ...flags].join(' \\\n  ');
}

/** An output of an earlier operation is a variable where there are no step outputs. */
export const shellWord = (value: Value) => {
  if (typeof value !== 'string') return `"$${outputVariable(value.output)}"`;
  return /^[A-Za-z0-9_./:=@,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
};

import { inputVariable, outputVariable } from '@landfall/core/inputs/variable-names';
import type { Definition } from '../definition/definition.ts';
import { cell, code, generatedComment, page, table } from '../writing/markdown.ts';

/**
 * `docs/variables.md`: the environment variables that carry inputs and outputs where a host has no inputs of its
 * own, which is what a buildspec sets and reads.
 */
export const hostsTables = (definitions: readonly Definition[]) =>
  page(
    '# Variables of a buildspec',
    generatedComment('packages/core/src/operations'),
    'On CodeBuild and CircleCI an operation reads each input from a variable `LANDFALL_<INPUT>`, unless the flag with the same name is set, and passes each output to later commands in a variable `LANDFALL_OUT_<OUTPUT>`. No operation reads an output of another by itself: a command names it, `--task-definition "$LANDFALL_OUT_TASK_DEFINITION"`. Each operation starts by removing the outputs that an earlier run of it left.',
    ...definitions.flatMap((definition) => [
      `## ${definition.name}`,
      table(
        ['Variable', 'Input', 'Default', 'Description'],
        Object.entries(definition.inputs).map(([name, input]) => [
          code(inputVariable(name)),
          code(name),
          input.required ? '**required**' : cell(code(input.default ?? '')),
          cell(input.description),
        ]),
      ),
      ...(Object.keys(definition.outputs).length === 0
        ? []
        : [
            'Sets:',
            table(
              ['Variable', 'Output', 'Description'],
              Object.entries(definition.outputs).map(([name, output]) => [
                code(outputVariable(name)),
                code(name),
                cell(output.description),
              ]),
            ),
          ]),
    ]),
  );

import { snakeCase } from '@landfall/core/inputs/input';
import type { Definition } from '../definition/definition.ts';
import { cell, code, generatedComment, page, table } from '../writing/markdown.ts';

export const variableOf = (name: string) => `LANDFALL_${snakeCase(name).toUpperCase()}`;

/**
 * `docs/variables.md`: the environment variables that carry inputs and outputs where a host has no inputs of its
 * own, which is what a buildspec sets and reads.
 */
export const hostsTables = (definitions: readonly Definition[]) =>
  page(
    '# Variables of a buildspec',
    generatedComment('packages/core/src/operations'),
    'On CodeBuild and CircleCI an operation reads each input from the variable below, unless the flag of the same name is given, and hands each output to the later commands in the variable of its name. An output of one operation is never read as an input of the next unless a command says so: `--task-definition "$LANDFALL_TASK_DEFINITION"`.',
    ...definitions.flatMap((definition) => [
      `## ${definition.name}`,
      table(
        ['Variable', 'Input', 'Default', 'Description'],
        Object.entries(definition.inputs).map(([name, input]) => [
          code(variableOf(name)),
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
                code(variableOf(name)),
                code(name),
                cell(output.description),
              ]),
            ),
          ]),
    ]),
  );

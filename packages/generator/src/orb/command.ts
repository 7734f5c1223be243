import { snakeCase } from '@landfall/core/inputs/input';
import { parameterVariable } from '@landfall/core/inputs/variable-names';
import { type Definition, sourceOf } from '../definition/definition.ts';
import { yamlText } from '../writing/yaml-text.ts';
import { parameterOf } from './parameter.ts';

/** One command per operation. */
export const orbCommand = (definition: Definition) =>
  yamlText(
    {
      description: `${definition.description} Run the command \`install\` first. In a parameter, \`$NAME\` and \`\${NAME}\` are replaced by the variable's value when the step runs; \`$$\` is a dollar.`,
      parameters: Object.fromEntries(
        Object.entries(definition.inputs).map(([name, input]) => [snakeCase(name), parameterOf(input)]),
      ),
      steps: [
        {
          run: {
            name: `Landfall: ${definition.title}`,
            environment: Object.fromEntries(
              Object.keys(definition.inputs).map((name) => [
                parameterVariable(name),
                `<< parameters.${snakeCase(name)} >>`,
              ]),
            ),
            command: `landfall ${definition.name}`,
          },
        },
      ],
    },
    sourceOf(definition.name),
  );

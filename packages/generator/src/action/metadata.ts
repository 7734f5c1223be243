import type { Input } from '@landfall/core/inputs/input';
import { type Definition, sourceOf } from '../definition/definition.ts';
import { yamlText } from '../writing/yaml-text.ts';

/** `action.yml`, in the order in which GitHub documents its keys. */
export const actionMetadata = (definition: Definition) =>
  yamlText(
    {
      name: `Landfall: ${definition.title}`,
      description: definition.description,
      author: 'Landfall',
      branding: { ...definition.branding },
      ...(hasAny(definition.inputs) && { inputs: inputsOf(definition) }),
      ...(hasAny(definition.outputs) && { outputs: outputsOf(definition) }),
      runs: {
        using: 'node24',
        main: 'main.js',
        // `always()` is the runner's default; written down, because after a cancel it is what keeps our promise.
        ...(definition.cleanUp && { post: 'post.js', 'post-if': 'always()' }),
      },
    },
    sourceOf(definition.name),
  );

const hasAny = (record: object) => Object.keys(record).length > 0;

const inputsOf = ({ inputs }: Definition) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      {
        description: withRule(input),
        required: input.required,
        ...(input.default !== undefined && { default: input.default }),
      },
    ]),
  );

const outputsOf = ({ outputs }: Definition) =>
  Object.fromEntries(Object.entries(outputs).map(([name, { description }]) => [name, { description }]));

/** Backticks mean nothing where GitHub shows the metadata. */
const withRule = ({ description, rule, choices }: Input<unknown>) => {
  if (choices) return `${description} One of ${choices.join(', ')}.`;
  return rule ? `${description} Rule: ${rule.replaceAll('`', '')}.` : description;
};

import { clusterInput } from '../../inputs/common.ts';
import type { ValuesOf } from '../../inputs/input.ts';
import { integer, path, text } from '../../inputs/kinds.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import * as patterns from '../../inputs/patterns.ts';

/** Where the task definition comes from: the first of these that is given. */
export const sourceInputs = {
  'task-definition': path({
    description: 'The task definition to start from: a JSON or YAML file in the workspace.',
    example: 'task-definition.json',
  }),
  'task-definition-arn': text({
    pattern: patterns.taskDefinition,
    description: 'Start from this registered revision. Ignored if `task-definition` is set.',
  }),
  'task-definition-family': text({
    pattern: { expression: /^[A-Za-z0-9_-]{1,255}$/, rule: 'a family (letters, digits, - and _)' },
    description:
      'Start from the latest active revision of this family. Ignored if `task-definition` or `task-definition-arn` is set.',
  }),
  'task-definition-revision': integer(
    { min: 1, max: 2_147_483_647 },
    {
      description:
        'Start from this revision of `task-definition-family` instead of the latest. Ignored with that.',
    },
  ),
  service: text({
    pattern: patterns.service,
    description:
      'A service. Without another source, start from what it currently runs; with one, show the difference from what it currently runs.',
  }),
  cluster: clusterInput,
};

type Values = ValuesOf<typeof sourceInputs>;

export function sourceProblems(values: Values): InputProblem[] {
  const problems: InputProblem[] = [];
  const given = sourcesGiven(values);
  if (given.length === 0 && values.service === undefined) {
    const others = 'task-definition-arn, task-definition-family or service';
    problems.push({ input: 'task-definition', problem: `is required, or ${others} instead` });
  }
  if (values.taskDefinitionRevision !== undefined && given.length === 0) {
    problems.push({ input: 'task-definition-revision', problem: 'needs task-definition-family' });
  }
  return problems;
}

/** What the source leaves unused: a revision is one of a family. */
export const unusedSources = (values: Values): readonly string[] => {
  const [used, ...unused] = sourcesGiven(values);
  const isUnused = values.taskDefinitionRevision !== undefined && used !== 'task-definition-family';
  return [...unused, ...(isUnused ? ['task-definition-revision'] : [])];
};

/** In the order of the official action, of which the first is used. */
export const sourcesGiven = (values: Values): readonly string[] =>
  [
    ['task-definition', values.taskDefinition],
    ['task-definition-arn', values.taskDefinitionArn],
    ['task-definition-family', values.taskDefinitionFamily],
  ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [name]));

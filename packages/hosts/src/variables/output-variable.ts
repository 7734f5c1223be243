/** `task-definition-arn` → `LANDFALL_TASK_DEFINITION_ARN`: the variable an output is handed over in, and an input read from. */
export const variableOf = (name: string): string => `LANDFALL_${name.replaceAll('-', '_').toUpperCase()}`;

/**
 * Lists the variables that are outputs of an earlier operation, so that none of them is taken for an input:
 * the `tags` that one build pushed are not the `tags` that the next one should push.
 */
export const outputsVariable = 'LANDFALL_OUTPUT_NAMES';

/** A line that adds to the list, in any POSIX shell. */
export const noteOutput = (variable: string): string =>
  `export ${outputsVariable}="\${${outputsVariable}-} ${variable}"\n`;

export const isOutput = (variable: string, env: Readonly<Record<string, string | undefined>>): boolean =>
  (env[outputsVariable] ?? '').split(' ').includes(variable);

import { type ErrorRow, row } from './row.ts';

/** What the user gave us. */
export const givenErrors = {
  INPUT_INVALID: row(
    'invalid',
    'One or more inputs are invalid.',
    'Correct the inputs listed; nothing was changed.',
  ),
  PATH_REFUSED: row(
    'invalid',
    'A path points outside the workspace, or to something that is not a regular file.',
    'Use a regular file inside the workspace.',
  ),
  PATH_MISSING: row(
    'invalid',
    'A file or folder does not exist.',
    'Check the path; it is resolved against the workspace.',
  ),
  FILE_TOO_LARGE: row('invalid', 'A file is larger than Landfall accepts.', 'Use a smaller file.'),
  FILE_UNREADABLE: row(
    'invalid',
    'A file is not valid JSON or YAML, or contains an unsafe construct (duplicate key, alias bomb, __proto__).',
    'Correct the file at the position shown.',
  ),
  MANIFEST_INVALID: row(
    'invalid',
    'A manifest has problems: an unknown key, a value of the wrong kind, a name that does not exist, an undefined variable, or a template that does not make a task definition.',
    'Correct the lines listed; nothing was changed.',
  ),
  TASKDEF_INVALID: row(
    'invalid',
    'ECS cannot register this task definition.',
    'Correct the task definition.',
  ),
  SERVICEDEF_INVALID: row(
    'invalid',
    'ECS cannot create or update a service from this definition.',
    'Correct the service definition.',
  ),
  TEMPLATE_INVALID: row(
    'invalid',
    'A template uses something that cannot be read, or that would come out differently than in Jinja2.',
    'Correct the template at the positions listed; nothing was changed.',
  ),
  TEMPLATE_UNDEFINED: row(
    'invalid',
    'A template reads a variable that is not defined.',
    "Define the variable, or write |default('…') for one that may be absent.",
  ),
  TEMPLATE_NOT_JSON: row(
    'invalid',
    'What a template renders is neither JSON nor YAML.',
    'Correct the template so that the line shown is valid; write |tojson for a text, a list or a map.',
  ),
  CONTAINER_NOT_FOUND: row(
    'invalid',
    'The task definition has no container with this name.',
    'Use one of the container names listed.',
  ),
} as const satisfies Record<string, ErrorRow>;

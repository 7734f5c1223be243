import { type ErrorRow, row } from './row.ts';

/** What the user gave us. */
export const givenErrors = {
  INPUT_INVALID: row(
    'invalid',
    'One or more inputs break their rule.',
    'Correct the inputs listed; nothing was changed.',
  ),
  PATH_REFUSED: row(
    'invalid',
    'A path leads outside the workspace, or to something that is not a regular file.',
    'Use a regular file inside the workspace.',
  ),
  PATH_MISSING: row(
    'invalid',
    'A file or folder does not exist.',
    'Check the path; it is resolved against the workspace.',
  ),
  FILE_TOO_LARGE: row('invalid', 'A file is larger than Landfall reads.', 'Use a smaller file.'),
  FILE_UNREADABLE: row(
    'invalid',
    'A file is not valid JSON or YAML, or hides a trap (duplicate key, alias bomb, __proto__).',
    'Correct the file at the position named.',
  ),
  TASKDEF_INVALID: row(
    'invalid',
    'The task definition is not one that ECS can register.',
    'Correct the task definition.',
  ),
  CONTAINER_NOT_FOUND: row(
    'invalid',
    'The task definition has no container of this name.',
    'Use one of the container names listed.',
  ),
} as const satisfies Record<string, ErrorRow>;

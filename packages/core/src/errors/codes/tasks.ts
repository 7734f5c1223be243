import { type ErrorRow, row } from './row.ts';

/** Tasks that are run once. */
export const taskErrors = {
  PLACEMENT_FAILED: row(
    'failed',
    'ECS could not place the task.',
    'Add capacity, or ask for less CPU or memory.',
  ),
  TASK_FAILED: row('failed', 'The task stopped without success.', 'Read the container log above.'),
  TASK_UNKNOWN: row(
    'unknown',
    'The task vanished before its result could be read.',
    'Look at the container log, then run the step again.',
  ),
  CONFLICT: row(
    'failed',
    "A task with this run's token exists with other parameters.",
    'Give the step another `id`, or start a new run.',
  ),
} as const satisfies Record<string, ErrorRow>;

import { type ErrorRow, row } from './row.ts';

/** Tasks that are run once. */
export const taskErrors = {
  PLACEMENT_FAILED: row(
    'failed',
    'ECS could not place the task.',
    'Add capacity, or request less CPU or memory.',
  ),
  TASK_FAILED: row('failed', 'The task did not succeed.', 'Check the container log above.'),
  TASK_UNKNOWN: row(
    'unknown',
    'The task disappeared before its result could be read.',
    'Check the container log, then run the step again.',
  ),
  CONFLICT: row(
    'failed',
    "What this run is to start or deploy is taken: a task with this run's token has different parameters, or a service belongs to another manifest.",
    'Give the step a different `id`, or start a new run.',
  ),
} as const satisfies Record<string, ErrorRow>;

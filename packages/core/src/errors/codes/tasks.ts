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
    'What this run is to start or deploy is taken: this run has already started another task for this step, or a service belongs to another manifest.',
    'Wait until that task has ended, or stop it, then run the step again; each further task of a job needs an `id` of its own.',
  ),
} as const satisfies Record<string, ErrorRow>;

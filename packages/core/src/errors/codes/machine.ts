import { type ErrorRow, row } from './row.ts';

/** The machine we run on. */
export const machineErrors = {
  NODE_TOO_OLD: row(
    'failed',
    'The command line runs on a Node.js that is older than it needs.',
    'Install a newer Node.js, or put it first on PATH.',
  ),
  TOOL_MISSING: row(
    'failed',
    'A program that the operation needs is not installed.',
    'Install the program named, or put it on PATH.',
  ),
  DOCKER_UNREACHABLE: row(
    'failed',
    'No Docker engine answers.',
    'Start the Docker engine, or set DOCKER_HOST.',
  ),
  DOCKER_TIMED_OUT: row(
    'failed',
    'A command of Docker met its time limit and was ended.',
    'See whether the Docker engine answers (docker version), then run the step again.',
  ),
  DISK_FULL: row('failed', 'The disk is full.', 'Free some space and run the step again.'),
  TEMPORARY_FOLDER_UNUSABLE: row(
    'failed',
    'The folder for temporary files cannot be used.',
    'Set TMPDIR to a folder that exists and that this user can write.',
  ),
  HOST_OUTPUT_FAILED: row(
    'failed',
    'Outputs could not be handed to the CI host.',
    'Check the file named. Values that there are already stand in the log above.',
  ),
  OUTPUT_TOO_LARGE: row(
    'failed',
    'An output is larger than the CI host accepts.',
    'Read the value from the file named instead.',
  ),
} as const satisfies Record<string, ErrorRow>;

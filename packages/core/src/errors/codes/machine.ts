import { type ErrorRow, row } from './row.ts';

/** The machine we run on. */
export const machineErrors = {
  NODE_TOO_OLD: row(
    'failed',
    'The CLI is running on a Node.js version older than it requires.',
    'Install a newer Node.js, or put it first on the PATH.',
  ),
  TOOL_MISSING: row(
    'failed',
    'A program the operation needs is not installed.',
    'Install the named program, or add it to the PATH.',
  ),
  DOCKER_UNREACHABLE: row(
    'failed',
    'The Docker engine does not respond.',
    'Start the Docker engine, or set DOCKER_HOST.',
  ),
  DOCKER_TIMED_OUT: row(
    'failed',
    'A Docker command exceeded its time limit and was terminated.',
    'Check that the Docker engine responds (docker version), then run the step again.',
  ),
  DISK_FULL: row('failed', 'The disk is full.', 'Free some space and run the step again.'),
  TEMPORARY_FOLDER_UNUSABLE: row(
    'failed',
    'The directory for temporary files cannot be used.',
    'Set TMPDIR to a directory that exists and is writable by this user.',
  ),
  HOST_OUTPUT_FAILED: row(
    'failed',
    'Outputs could not be passed to the CI host.',
    'Check the named file. Values produced so far are in the log above.',
  ),
  OUTPUT_TOO_LARGE: row(
    'failed',
    'An output is larger than the CI host accepts.',
    'Read the value from the named file instead.',
  ),
} as const satisfies Record<string, ErrorRow>;

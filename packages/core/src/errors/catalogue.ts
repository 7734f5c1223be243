import { awsErrors } from './codes/aws.ts';
import { deploymentErrors } from './codes/deployments.ts';
import { givenErrors } from './codes/given.ts';
import { imageErrors } from './codes/images.ts';
import { machineErrors } from './codes/machine.ts';
import { type ErrorRow, row } from './codes/row.ts';
import { taskErrors } from './codes/tasks.ts';

/**
 * Every way a Landfall operation can end other than green. One row per code: the exit code a shell sees,
 * what the code means, and the remedy used when the place that raises it knows no better one.
 * `docs/errors.md` is generated from this table.
 */
export const catalogue = {
  ...givenErrors,
  ...machineErrors,
  ...awsErrors,
  ...imageErrors,
  ...taskErrors,
  ...deploymentErrors,
  INTERNAL: row(
    'internal',
    'A bug in Landfall.',
    'Please report it with the text below: https://github.com/landfall-ci/landfall/issues',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof catalogue;

import { type ErrorRow, row } from './row.ts';

/** AWS, whatever the operation. */
export const awsErrors = {
  CREDENTIALS_MISSING: row(
    'denied',
    'No AWS credentials were found.',
    'Configure credentials before this step (an OIDC role is best).',
  ),
  CREDENTIALS_EXPIRED: row(
    'denied',
    'The AWS credentials expired while the operation ran.',
    'Use a longer session, or credentials that refresh; what was started goes on in AWS.',
  ),
  CREDENTIALS_REFUSED: row(
    'denied',
    'AWS does not know the credentials, or their signature is wrong.',
    'Check the access key, the session token and the partition they belong to.',
  ),
  CLOCK_SKEWED: row(
    'denied',
    'The clock of this machine is so wrong that AWS refuses its signatures.',
    'Set the clock of this machine (NTP), then run the step again.',
  ),
  ACCESS_DENIED: row(
    'denied',
    'AWS refused a call because the caller lacks a permission.',
    'Add the IAM action named to the role of this job.',
  ),
  ROLE_NOT_PASSABLE: row(
    'denied',
    'The caller may not pass a role to ECS.',
    'Allow iam:PassRole on the role named, for ecs-tasks.amazonaws.com.',
  ),
  ACCOUNT_MISMATCH: row(
    'invalid',
    'The credentials belong to another account than the one allowed.',
    'Use credentials of an allowed account.',
  ),
  REGION_MISSING: row('invalid', 'No AWS region is configured.', 'Set the `region` input or AWS_REGION.'),
  THROTTLED: row(
    'failed',
    'AWS throttled a call until the attempts were used up.',
    'Run the step again later, or deploy fewer services at once.',
  ),
  ENDPOINT_UNREACHABLE: row(
    'unknown',
    'An AWS endpoint did not answer.',
    'Check the network, the proxy settings and the region.',
  ),
  RESPONSE_INVALID: row(
    'unknown',
    'Something answered that is not AWS or not a registry, or answered without what it documents.',
    'Check for a proxy between this machine and the one that should have answered.',
  ),
  REQUEST_REFUSED: row('failed', 'AWS refused a request as invalid.', 'Correct what the message names.'),
  OUTCOME_UNKNOWN: row(
    'unknown',
    'A write was sent, its answer was lost, and reading back could not tell whether it took effect.',
    'Look at the resource in AWS, then run the step again: it adopts what is there.',
  ),
  NOT_FOUND: row(
    'failed',
    'A resource does not exist in this account and region.',
    'Check the name, the region and the account printed.',
  ),
} as const satisfies Record<string, ErrorRow>;

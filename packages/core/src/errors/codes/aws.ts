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
    'Use a longer session, or credentials that refresh; whatever was started continues in AWS.',
  ),
  CREDENTIALS_REFUSED: row(
    'denied',
    'AWS rejected the credentials: the access key is unknown or the signature is wrong.',
    'Check the access key, the session token and the partition they belong to.',
  ),
  CLOCK_SKEWED: row(
    'denied',
    'The clock of this machine is so far off that AWS rejects its signatures.',
    'Synchronize the clock of this machine (NTP), then run the step again.',
  ),
  ACCESS_DENIED: row(
    'denied',
    'AWS refused a call because the caller lacks a permission.',
    'Add the named IAM action to the role of this job.',
  ),
  ROLE_NOT_PASSABLE: row(
    'denied',
    'The caller is not allowed to pass a role to ECS.',
    'Allow iam:PassRole on the named role, for ecs-tasks.amazonaws.com.',
  ),
  ACCOUNT_MISMATCH: row(
    'invalid',
    'The credentials belong to an account that is not allowed.',
    'Use credentials of an allowed account.',
  ),
  REGION_MISSING: row('invalid', 'No AWS region is configured.', 'Set the `region` input or AWS_REGION.'),
  THROTTLED: row(
    'failed',
    'AWS kept throttling a call until the retries were exhausted.',
    'Run the step again later, or deploy fewer services at once.',
  ),
  ENDPOINT_UNREACHABLE: row(
    'unknown',
    'An AWS endpoint did not respond.',
    'Check the network, the proxy settings and the region.',
  ),
  RESPONSE_INVALID: row(
    'unknown',
    'A response did not come from AWS or a registry, or lacks a field that its API documents.',
    'Check for a proxy between this machine and the endpoint.',
  ),
  REQUEST_REFUSED: row(
    'failed',
    'AWS rejected a request as invalid.',
    'Correct what the message points out.',
  ),
  OUTCOME_UNKNOWN: row(
    'unknown',
    'A write was sent, the response was lost, and reading back did not show whether it took effect.',
    'Check the resource in AWS, then run the step again: it picks up what is already there.',
  ),
  NOT_FOUND: row(
    'failed',
    'A resource does not exist in this account and region.',
    'Check the name, and the region and account shown.',
  ),
} as const satisfies Record<string, ErrorRow>;

/**
 * Every way a Landfall operation can end other than green. One row per code: the exit code a shell sees,
 * what the code means, and the remedy used when the place that raises it knows no better one.
 * `docs/errors.md` is generated from this table.
 */

/** Exit codes of the CLI and of an action's process. */
export const exitCodes = {
  success: { code: 0, meaning: 'done, and live where the operation deploys' },
  failed: { code: 1, meaning: 'the operation ran and the result is not what was asked for' },
  invalid: { code: 2, meaning: 'an input is wrong; nothing was touched' },
  denied: { code: 3, meaning: 'credentials are missing, expired or not permitted to do this' },
  unfinished: { code: 4, meaning: 'it was still going on when we stopped watching' },
  unknown: { code: 5, meaning: 'the outcome could not be learned' },
  internal: { code: 70, meaning: 'a defect in Landfall' },
  cancelled: { code: 130, meaning: 'cancelled by a signal' },
} as const;

export type ExitClass = keyof typeof exitCodes;

interface ErrorRow {
  readonly exit: ExitClass;
  readonly meaning: string;
  readonly remedy: string;
}

const row = (exit: ExitClass, meaning: string, remedy: string): ErrorRow => ({ exit, meaning, remedy });

export const catalogue = {
  // What the user gave us
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
  // The machine we run on
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
  DISK_FULL: row('failed', 'The disk is full.', 'Free some space and run the step again.'),
  HOST_OUTPUT_FAILED: row(
    'failed',
    'The work is done but its outputs could not be handed to the CI host.',
    'Check the output file named; the values are printed above.',
  ),
  OUTPUT_TOO_LARGE: row(
    'failed',
    'An output is larger than the CI host accepts.',
    'Read the value from the file named instead.',
  ),
  // AWS, whatever the operation
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
    'Something answered that is not AWS, or AWS answered without the fields it documents.',
    'Check for a proxy between this machine and AWS.',
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
  // Images
  LOGIN_FAILED: row(
    'failed',
    'The registry refused the login.',
    'Check that the role may pull and push, and that the engine can reach the registry.',
  ),
  BUILD_FAILED: row(
    'failed',
    'The image build failed.',
    'Read the build output above; the last lines are repeated in the error.',
  ),
  PUSH_DENIED: row(
    'denied',
    'The registry refused the push (403).',
    'Allow the ECR upload actions on this repository, and log in to this registry first.',
  ),
  REPOSITORY_MISSING: row(
    'failed',
    'The repository does not exist (404).',
    'Create the repository, or correct its name.',
  ),
  REPOSITORY_CONFLICT: row(
    'failed',
    'The repository exists with a property that cannot be changed.',
    'Leave the input out, or create another repository.',
  ),
  VULNERABILITIES_FOUND: row(
    'failed',
    'The scan found vulnerabilities that are not allowed.',
    'Update what the findings name, or allow a finding with a reason and a date.',
  ),
  SCAN_INCOMPLETE: row(
    'unknown',
    'The registry gave no finished scan of the image.',
    'Turn on scanning for the repository, or run the step again later.',
  ),
  TAG_IMMUTABLE: row(
    'failed',
    'The tag exists with other content and the repository forbids moving tags.',
    'Push under a new tag, or deploy the image that the tag already names.',
  ),
  PUSH_FAILED: row(
    'failed',
    'The push failed.',
    'Run the step again; layers already pushed are not sent twice.',
  ),
  DIGEST_UNKNOWN: row(
    'unknown',
    'The digest of the pushed image could not be learned.',
    'Run the step again; a tag is never used in place of a digest.',
  ),
  // Tasks
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
  // Deployments
  SERVICE_NOT_ACTIVE: row(
    'failed',
    'The service is being deleted or has been.',
    'Create the service, or deploy to another one.',
  ),
  CONTROLLER_UNSUPPORTED: row(
    'invalid',
    'The service uses a deployment controller that this version does not drive.',
    'Use a service with the ECS deployment controller.',
  ),
  VERIFY_FAILED: row(
    'failed',
    'Something that a deployment of this task definition needs is missing or wrong; nothing was changed.',
    'Mend what is listed, then run the step again.',
  ),
  TOO_MANY_DEPLOYMENTS: row(
    'failed',
    'The service already has as many active deployments as its controller allows (ECS: five, CodeDeploy: one).',
    'Wait for one of the deployments listed, or stop it.',
  ),
  PARTLY_DEPLOYED: row(
    'failed',
    'Not every service of the run is live.',
    'Mend the causes shown and run the step again: what is live stays as it is.',
  ),
  NOT_PAUSED: row(
    'failed',
    'No deployment of the service waits for somebody.',
    'Look at the deployment in ECS: it may have been continued already, or its hook may have timed out.',
  ),
  ROLLBACK_IMPOSSIBLE: row(
    'failed',
    'There is no revision to roll back to.',
    'Deploy a revision that worked, by hand.',
  ),
  ROLLED_BACK: row(
    'failed',
    'ECS rolled our deployment back; the previous version is live.',
    'Mend the cause shown, then deploy again.',
  ),
  DEPLOYMENT_FAILED: row(
    'failed',
    'Our deployment failed and was not rolled back.',
    'Mend the cause shown, then deploy again or roll back.',
  ),
  STOPPED: row('failed', 'Someone stopped our deployment.', 'Ask who stopped it; deploy again when ready.'),
  SUPERSEDED: row(
    'failed',
    'A newer deployment replaced ours before it was live.',
    'Nothing to mend here: watch the newer deployment.',
  ),
  PAUSED: row(
    'unfinished',
    'The deployment waits for somebody to continue it.',
    'Continue or roll back the deployment.',
  ),
  STALLED: row(
    'unfinished',
    'The deployment has not moved for too long.',
    'Look at the cause shown; stop the deployment if it cannot succeed.',
  ),
  TIMED_OUT: row(
    'unfinished',
    'The deployment was still in progress at the deadline.',
    'Raise `wait-timeout`, or look at the cause shown.',
  ),
  VERDICT_UNKNOWN: row(
    'unknown',
    'The deployment could no longer be watched.',
    'Look at the service in ECS, then run the step again: it adopts what is there.',
  ),
  CANCELLED: row('cancelled', 'The run was cancelled.', 'Run the step again: it adopts what is in flight.'),
  // Ours
  INTERNAL: row(
    'internal',
    'A defect in Landfall.',
    'Please report it with the text below: https://github.com/landfall-ci/landfall/issues',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof catalogue;

import { type ErrorRow, row } from './row.ts';

/** Images and their registries. */
export const imageErrors = {
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
    'Create the repository (ensure-repository does it for ECR), or correct its name.',
  ),
  REPOSITORY_CONFLICT: row(
    'failed',
    "The repository exists with what cannot be changed, or is not this step's to change.",
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
} as const satisfies Record<string, ErrorRow>;

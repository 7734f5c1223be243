import { type ErrorRow, row } from './row.ts';

/** Images and their registries. */
export const imageErrors = {
  LOGIN_FAILED: row(
    'failed',
    'The registry refused the login.',
    'Check that the role is allowed to pull and push, and that the Docker engine can reach the registry.',
  ),
  BUILD_FAILED: row(
    'failed',
    'The image build failed.',
    'Check the build output above; the error repeats its last lines.',
  ),
  PUSH_DENIED: row(
    'denied',
    'The registry refused the push (403).',
    'Allow the ECR upload actions on this repository, and log in to this registry first.',
  ),
  REPOSITORY_MISSING: row(
    'failed',
    'The repository does not exist (404).',
    'Create the repository (for ECR, ensure-repository does that), or correct its name.',
  ),
  REPOSITORY_CONFLICT: row(
    'failed',
    'The repository exists with a setting that cannot be changed, or that this step must not change.',
    'Omit the input, or create another repository.',
  ),
  VULNERABILITIES_FOUND: row(
    'failed',
    'The scan found vulnerabilities that are not allowed.',
    'Update the packages named in the findings, or allow a finding with a reason and a date.',
  ),
  SCAN_INCOMPLETE: row(
    'unknown',
    'The registry has no completed scan of the image.',
    'Turn on scanning for the repository, or run the step again later.',
  ),
  TAG_IMMUTABLE: row(
    'failed',
    'The tag already exists with different content, and the repository does not allow re-pushing tags.',
    'Push under a new tag, or deploy the image the tag already points to.',
  ),
  PUSH_FAILED: row(
    'failed',
    'The push failed.',
    'Run the step again; layers already pushed are not sent twice.',
  ),
  DIGEST_UNKNOWN: row(
    'unknown',
    'The digest of the pushed image could not be determined.',
    'Run the step again; a tag is never used instead of a digest.',
  ),
} as const satisfies Record<string, ErrorRow>;

/**
 * Why a task stopped, as ECS says it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export const ESSENTIAL_EXITED = 'Essential container in task exited';
export const HEALTH_CHECK_FAILED = 'Task failed container health checks';
export const SPOT_INTERRUPTED = 'Your Spot Task was interrupted.';
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

export const elbFailed = (targetGroup: string): string =>
  `Task failed ELB health checks in (target-group ${targetGroup})`;

export const scalingBy = (deploymentId: string): string =>
  `Scaling activity initiated by (deployment ${deploymentId})`;

type PullCause = 'not-found' | 'denied' | 'timeout' | 'platform' | 'rate-limit';

export function cannotPull(image: string, cause: PullCause): string {
  const retried = `CannotPullContainerError: pull image manifest has been retried`;
  const repository = image.replace(/(@sha256:[0-9a-f]+|:[^:/]+)$/, '');
  switch (cause) {
    case 'not-found':
      return `${retried} 7 time(s): failed to resolve ref ${image}: ${image}: not found`;
    case 'denied':
      return `${retried} 1 time(s): failed to resolve ref ${image}: pulling from host ${image.split('/')[0]} failed with status code [manifests ${image.slice(repository.length + 1) || 'latest'}]: 403 Forbidden`;
    case 'timeout':
      return `${retried} 5 time(s): failed to resolve ref ${image}: failed to do request: Head "https://${repository}/manifests": dial tcp: i/o timeout`;
    case 'platform':
      return `CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'`;
    case 'rate-limit':
      return `${retried} 5 time(s): httpReadSeeker: failed open: unexpected status code https://${repository}: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.`;
  }
}

export function cannotReadSecret(valueFrom: string, detail: string): string {
  return `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${valueFrom} from secrets manager: ${detail}`;
}

/** "Amazon ECS stopped tasks error messages" in the ECS developer guide. */
export const cannotReadFile = (detail: string): string =>
  `ResourceInitializationError: failed to download env files: file download command: non empty error stream: service call has been retried 1 time(s): ${detail}`;

/** https://github.com/aws/copilot-cli/issues/2095 */
export const cannotReadParameter = (detail: string): string =>
  `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): ${detail}`;

export const noLogGroup = (group: string): string =>
  `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. (log group ${group}) : exit status 1`;

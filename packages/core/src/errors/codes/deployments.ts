import { type ErrorRow, row } from './row.ts';

/** Deployments of services, and the end of any run. */
export const deploymentErrors = {
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
    'Fix what is listed, then run the step again.',
  ),
  TOO_MANY_DEPLOYMENTS: row(
    'failed',
    'The service already has as many active deployments as its controller allows (ECS: five, CodeDeploy: one).',
    'Wait until an active deployment of the service has ended, or stop one.',
  ),
  PARTLY_DEPLOYED: row(
    'failed',
    'Not every service of the run is live.',
    'Fix the causes shown and run the step again: what is live stays as it is.',
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
    'Fix the cause shown, then deploy again.',
  ),
  DEPLOYMENT_FAILED: row(
    'failed',
    'Our deployment failed and was not rolled back.',
    'Fix the cause shown, then deploy again or roll back.',
  ),
  STOPPED: row('failed', 'Someone stopped our deployment.', 'Ask who stopped it; deploy again when ready.'),
  SUPERSEDED: row(
    'failed',
    'A newer deployment replaced ours before it was live.',
    'Nothing to fix here: watch the newer deployment.',
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
} as const satisfies Record<string, ErrorRow>;

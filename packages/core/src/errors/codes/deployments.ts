import { type ErrorRow, row } from './row.ts';

/** Deployments of services, and the end of any run. */
export const deploymentErrors = {
  SERVICE_NOT_ACTIVE: row(
    'failed',
    'The service is being deleted or has been deleted.',
    'Create the service, or deploy to another one.',
  ),
  SERVICE_NEEDS_RECREATION: row(
    'invalid',
    'The service definition changes what ECS can set only when a service is created; nothing was changed.',
    'Create a service of another name and delete this one when its traffic has moved, or give these fields the values that the service has.',
  ),
  CONTROLLER_UNSUPPORTED: row(
    'invalid',
    'The service uses a deployment controller that this version does not support.',
    'Use a service with the ECS deployment controller.',
  ),
  VERIFY_FAILED: row(
    'failed',
    'Something this task definition needs in order to deploy is missing or wrong; nothing was changed.',
    'Fix the listed problems, then run the step again.',
  ),
  TOO_MANY_DEPLOYMENTS: row(
    'failed',
    'The service already has as many active deployments as its controller allows (ECS: five, CodeDeploy: one).',
    'Wait for an active deployment of the service to end, or stop one.',
  ),
  PARTLY_DEPLOYED: row(
    'failed',
    'Not every service in the run is live.',
    'Fix the causes shown and run the step again: services that are live are left as they are.',
  ),
  CHANGES_PENDING: row(
    'changes',
    'The environment differs from the manifest, and `exit-code` is `true`.',
    'Run deploy-manifest to make these changes.',
  ),
  PLAN_STALE: row(
    'failed',
    'The manifest, its variables or the services have changed since the plan was made; nothing was changed.',
    'Make a new plan with plan-manifest, review it, and deploy that one.',
  ),
  ENVIRONMENT_BUSY: row(
    'failed',
    'Another run works on the environment, and did not finish within `lock-timeout`.',
    'Run the step again when that run is over, or raise `lock-timeout`.',
  ),
  SCHEDULE_NOT_WRITTEN: row(
    'unknown',
    'A schedule was written, and is not as it was written when it is read again.',
    'Check whether another run or program writes the schedule, then run the step again.',
  ),
  SERVICE_IN_USE: row(
    'failed',
    'A service that is to be pruned runs tasks, or wants to.',
    'Scale it to zero with scale-service, or delete it with delete-service, and run the step again.',
  ),
  ENVIRONMENT_PROTECTED: row(
    'invalid',
    'The manifest protects the environment, so nothing of it is deleted.',
    'Remove `protect: true` from the environment, if it really is to be deleted.',
  ),
  NOT_PAUSED: row(
    'failed',
    'No deployment of the service is paused.',
    'Check the deployment in ECS: it may already have been continued, or its hook may have timed out.',
  ),
  ROLLBACK_IMPOSSIBLE: row(
    'failed',
    'There is no revision to roll back to.',
    'Deploy a known-good revision manually.',
  ),
  ROLLED_BACK: row(
    'failed',
    "ECS rolled back this run's deployment; the previous version is live.",
    'Fix the cause shown, then redeploy.',
  ),
  DEPLOYMENT_FAILED: row(
    'failed',
    "This run's deployment failed and was not rolled back.",
    'Fix the cause shown, then redeploy or roll back.',
  ),
  STOPPED: row(
    'failed',
    "Someone stopped this run's deployment.",
    'Find out who stopped it; redeploy when ready.',
  ),
  SUPERSEDED: row(
    'failed',
    "A newer deployment superseded this run's deployment before it was live.",
    'No action needed here; follow the newer deployment.',
  ),
  PAUSED: row(
    'unfinished',
    'The deployment is paused, waiting to be continued.',
    'Continue or roll back the deployment.',
  ),
  STALLED: row(
    'unfinished',
    'The deployment has made no progress for too long.',
    'Check the cause shown; stop the deployment if it cannot succeed.',
  ),
  TIMED_OUT: row(
    'unfinished',
    'The deployment was still in progress at the deadline.',
    'Raise `wait-timeout`, or check the cause shown.',
  ),
  VERDICT_UNKNOWN: row(
    'unknown',
    'The deployment could no longer be watched.',
    'Check the service in ECS, then run the step again: it picks up what is already there.',
  ),
  CANCELLED: row(
    'cancelled',
    'The run was cancelled.',
    'Run the step again: it picks up whatever is in progress.',
  ),
} as const satisfies Record<string, ErrorRow>;
